package org.ditlab.weights;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.ditlab.data.ElementType;

/** A name that a pickle may refer to. Whatever is not listed here is refused before anything is done with it. */
sealed interface PickleGlobal {
    /** What is called to make a value; each is a case of {@link PickleCalls}, no code of the file. */
    enum Callable implements PickleGlobal {
        ORDERED_DICT,
        NAMESPACE,
        SIZE,
        DEVICE,
        TENSOR,
        TENSOR_V2,
        PARAMETER
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
     * @throws BadWeightsException when it is none of the few that tensors need
     */
    static PickleGlobal find(String module, String name) throws BadWeightsException {
        String full = module + "." + name;
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
        if (MODEL_CLASSES.stream().anyMatch(full::startsWith)) {
            throw new BadWeightsException(
                    quoted, "it holds a whole model object; in PyTorch, save its state dict (model.state_dict())");
        }
        throw new BadWeightsException(
                quoted, "where you trust the file, load it in PyTorch and save the state dict alone");
    }
}
