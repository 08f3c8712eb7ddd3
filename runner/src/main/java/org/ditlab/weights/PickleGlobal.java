package org.ditlab.weights;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.ditlab.data.ElementType;

/** A name that a pickle may refer to. Whatever is not listed here is refused before anything is done with it. */
sealed interface PickleGlobal {
    /** Which names a kind of file may refer to. */
    enum Vocabulary {
        /** What {@code torch.save} needs for tensors in dictionaries. */
        TENSORS,
        /** Besides, the modules of a TorchScript archive, whatever their class, as bare attributes. */
        SCRIPT,
        /** What NumPy arrays in dictionaries need, and nothing else. */
        ARRAYS
    }

    /** What is called to make a value; each is a case of {@link PickleCalls}, no code of the file. */
    enum Callable implements PickleGlobal {
        ORDERED_DICT,
        NAMESPACE,
        SIZE,
        DEVICE,
        TENSOR,
        TENSOR_V2,
        PARAMETER,
        TYPED_LIST,
        TAGGED,
        ARRAY,
        ARRAY_FROM_BUFFER,
        ARRAY_TYPE,
        NUMBER
    }

    /** The class of a module in a TorchScript archive; its code is never looked at. */
    enum ModuleClass implements PickleGlobal {
        MODULE
    }

    /** The class {@code numpy.ndarray}, which is never called. */
    enum ArrayClass implements PickleGlobal {
        NDARRAY
    }

    /** The class of a storage, which tells its element type. */
    record StorageClass(ElementType type) implements PickleGlobal {}

    /** A {@code torch.dtype}. */
    record TorchType(String name) implements PickleGlobal {}

    Map<String, Callable> CALLABLES = Map.of(
            "collections.OrderedDict", Callable.ORDERED_DICT,
            "argparse.Namespace", Callable.NAMESPACE,
            "torch.Size", Callable.SIZE,
            "torch.device", Callable.DEVICE,
            "torch._utils._rebuild_tensor", Callable.TENSOR,
            "torch._utils._rebuild_tensor_v2", Callable.TENSOR_V2,
            "torch._utils._rebuild_parameter", Callable.PARAMETER);

    Map<String, Callable> SCRIPT_CALLABLES = Map.of(
            "torch.jit._pickle.build_intlist", Callable.TYPED_LIST,
            "torch.jit._pickle.build_doublelist", Callable.TYPED_LIST,
            "torch.jit._pickle.build_boollist", Callable.TYPED_LIST,
            "torch.jit._pickle.build_tensorlist", Callable.TYPED_LIST,
            "torch.jit._pickle.restore_type_tag", Callable.TAGGED);

    Map<String, PickleGlobal> ARRAYS = Map.of(
            "numpy.core.multiarray._reconstruct", Callable.ARRAY,
            "numpy._core.multiarray._reconstruct", Callable.ARRAY,
            "numpy.core.numeric._frombuffer", Callable.ARRAY_FROM_BUFFER,
            "numpy._core.numeric._frombuffer", Callable.ARRAY_FROM_BUFFER,
            "numpy.core.multiarray.scalar", Callable.NUMBER,
            "numpy._core.multiarray.scalar", Callable.NUMBER,
            "numpy.dtype", Callable.ARRAY_TYPE,
            "numpy.ndarray", ArrayClass.NDARRAY);

    Map<String, ElementType> STORAGES = Map.of(
            "torch.DoubleStorage", ElementType.F64,
            "torch.FloatStorage", ElementType.F32,
            "torch.HalfStorage", ElementType.F16,
            "torch.BFloat16Storage", ElementType.BF16,
            "torch.LongStorage", ElementType.I64,
            "torch.IntStorage", ElementType.I32,
            "torch.ShortStorage", ElementType.I16,
            "torch.CharStorage", ElementType.I8,
            "torch.ByteStorage", ElementType.U8,
            "torch.BoolStorage", ElementType.BOOL);

    Set<String> TYPES = Set.of(
            "torch.float64",
            "torch.float32",
            "torch.float16",
            "torch.bfloat16",
            "torch.int64",
            "torch.int32",
            "torch.int16",
            "torch.int8",
            "torch.uint8",
            "torch.bool");

    List<String> MODEL_CLASSES = List.of("torch.nn.", "models.", "timm.", "__main__.", "__torch__.");

    /**
     * Looks a name up.
     *
     * @throws BadWeightsException when it is none of the few that such a file needs
     */
    static PickleGlobal find(Vocabulary vocabulary, String module, String name) throws BadWeightsException {
        String full = module + "." + name;
        if (vocabulary == Vocabulary.ARRAYS) {
            return array(full);
        }
        if (vocabulary == Vocabulary.SCRIPT) {
            if (module.equals("__torch__") || module.startsWith("__torch__.")) {
                return ModuleClass.MODULE;
            }
            Callable script = SCRIPT_CALLABLES.get(full);
            if (script != null) {
                return script;
            }
        }
        return tensor(full);
    }

    private static PickleGlobal array(String full) throws BadWeightsException {
        PickleGlobal known = ARRAYS.get(full);
        if (known == null) {
            throw new BadWeightsException(
                    "it refers to \"" + full + "\", which is none of the names that arrays need: refused,"
                            + " and nothing was executed",
                    "where you trust the file, load it in Python and save its arrays with numpy.savez");
        }
        return known;
    }

    private static PickleGlobal tensor(String full) throws BadWeightsException {
        Callable callable = CALLABLES.get(full);
        if (callable != null) {
            return callable;
        }
        ElementType type = STORAGES.get(full);
        if (type != null) {
            return new StorageClass(type);
        }
        if (TYPES.contains(full)) {
            return new TorchType(full);
        }
        String quoted = "it refers to \"" + full + "\", which is none of the names that tensors need: refused,"
                + " and nothing was executed";
        if (full.startsWith("torch_utils.") || full.startsWith("dnnlib.")) {
            throw new BadWeightsException(
                    quoted + ": it holds a network together with its Python source, as NVIDIA publishes it",
                    "take a file of its weights alone, a TorchScript archive (.pt) or a state dict (.pth)");
        }
        if (MODEL_CLASSES.stream().anyMatch(full::startsWith)) {
            throw new BadWeightsException(
                    quoted, "it holds a whole model object; in PyTorch, save its state dict (model.state_dict())");
        }
        throw new BadWeightsException(
                quoted, "where you trust the file, load it in PyTorch and save the state dict alone");
    }
}
