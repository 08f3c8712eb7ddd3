package org.ditlab.weights;

import java.util.List;
import org.ditlab.weights.PickleGlobal.Callable;
import org.ditlab.weights.PickleGlobal.ModuleClass;
import org.jspecify.annotations.Nullable;

/**
 * What the few callables of a file make of their arguments: plain values, {@link StoredTensor}s and arrays. None copies an
 * argument, so that repeated calls cannot multiply what a file holds.
 */
final class PickleCalls {
    private PickleCalls() {}

    /**
     * Makes the value of a call.
     *
     * @throws BadWeightsException when the callable is none, or the arguments are not its own
     */
    static Object call(@Nullable Object callable, @Nullable Object arguments) throws BadWeightsException {
        if (callable instanceof ModuleClass
                && arguments instanceof PickleTuple none
                && none.items().isEmpty()) {
            return new PickleDict(PickleDict.Kind.MODULE);
        }
        if (!(callable instanceof Callable known) || !(arguments instanceof PickleTuple tuple)) {
            throw new BadWeightsException("something is called that cannot be called; nothing was executed");
        }
        List<@Nullable Object> items = tuple.items();
        switch (known) {
            case ORDERED_DICT:
            case NAMESPACE:
                if (items.isEmpty()) {
                    return new PickleDict(
                            known == Callable.NAMESPACE ? PickleDict.Kind.NAMESPACE : PickleDict.Kind.ORDERED_DICT);
                }
                break;
            case SIZE:
                if (items.size() == 1 && items.get(0) instanceof PickleTuple size) {
                    return size;
                }
                break;
            case DEVICE:
                if (!items.isEmpty() && items.get(0) instanceof String device) {
                    return device;
                }
                break;
            case TENSOR:
            case TENSOR_V2:
                if (items.size() >= 4 && items.size() <= 7) {
                    return tensor(items);
                }
                break;
            case PARAMETER:
                if (items.size() == 3 && items.get(0) instanceof StoredTensor tensor) {
                    return tensor;
                }
                break;
            case TYPED_LIST:
                if (items.size() == 1 && items.get(0) instanceof List<?> list) {
                    return list;
                }
                break;
            case TAGGED:
                if (items.size() == 2 && items.get(0) != null && items.get(1) instanceof String) {
                    return items.get(0);
                }
                break;
            case ARRAY:
            case ARRAY_FROM_BUFFER:
            case ARRAY_TYPE:
            case NUMBER:
                return PickleArray.call(known, items);
        }
        throw wrong(known);
    }

    /** (storage, offset, size, strides, ...); what follows concerns gradients and hooks. */
    private static StoredTensor tensor(List<@Nullable Object> items) throws BadWeightsException {
        if (items.get(0) instanceof Storage storage
                && items.get(1) instanceof Long offset
                && items.get(2) instanceof PickleTuple size
                && items.get(3) instanceof PickleTuple strides) {
            return StoredTensor.of(storage, offset, size.extents(), strides.extents());
        }
        throw wrong(Callable.TENSOR);
    }

    /**
     * Sets attributes: those of a namespace or module become its entries, those of an ordered dictionary are passed over.
     */
    static void build(@Nullable Object target, @Nullable Object state) throws BadWeightsException {
        if (target instanceof PickleArray array && state instanceof PickleTuple tuple) {
            array.build(tuple.items());
            return;
        }
        if (target instanceof PickleArray.Type type && state instanceof PickleTuple tuple) {
            type.build(tuple.items());
            return;
        }
        if (target instanceof PickleDict dict && state instanceof PickleDict attributes) {
            if (dict.kind() == PickleDict.Kind.ORDERED_DICT) {
                return;
            }
            if (dict.kind() != PickleDict.Kind.DICT && dict.entries().isEmpty()) {
                dict.become(attributes);
                return;
            }
        }
        throw new BadWeightsException("state is given to a value that takes none; nothing was executed");
    }

    static BadWeightsException wrong(Callable callable) {
        boolean array = callable.compareTo(Callable.ARRAY) >= 0;
        return new BadWeightsException(
                "the arguments of " + callable + " are not as " + (array ? "NumPy" : "PyTorch") + " writes them");
    }
}
