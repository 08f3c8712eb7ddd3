package org.ditlab.nn;

import java.util.LinkedHashMap;
import java.util.Map;
import org.ditlab.tensor.DType;
import org.ditlab.tensor.Scope;
import org.ditlab.tensor.Shape;
import org.ditlab.tensor.Tensor;
import org.ditlab.tensor.spi.Backend;

/**
 * The values of a module's parameters by qualified name.
 *
 * @param entries in declaration order when read from a module
 */
public record StateDict(Map<String, Entry> entries) {
    private static final int NAMES_TOLD = 20;

    /** One array, row-major. */
    public record Entry(Shape shape, float[] values) {}

    /** Copies the parameters of a module. */
    public static StateDict of(Module module) {
        Map<String, Entry> entries = new LinkedHashMap<>();
        module.parameters()
                .forEach((name, parameter) -> entries.put(
                        name, new Entry(parameter.shape(), parameter.value().toFloats())));
        return new StateDict(entries);
    }

    /**
     * Overwrites the parameters of a materialized module.
     *
     * @throws IllegalArgumentException with the missing, unexpected and mis-shaped names, of each kind the number and the first
     *     20; nothing is changed then. {@link KeyMismatch#between} has all names.
     */
    public void load(Module module) {
        KeyMismatch mismatch = KeyMismatch.between(shapes(), module);
        if (!mismatch.isEmpty()) {
            throw new IllegalArgumentException("weights do not fit the model:\n" + mismatch.describe(NAMES_TOLD));
        }
        module.parameters().forEach((name, parameter) -> assign(parameter.value(), entries.get(name)));
    }

    /** The shapes of all entries, in their order. */
    public Map<String, Shape> shapes() {
        Map<String, Shape> shapes = new LinkedHashMap<>();
        entries.forEach((name, entry) -> shapes.put(name, entry.shape()));
        return shapes;
    }

    private static void assign(Tensor target, Entry entry) {
        Backend backend = target.backend();
        try (Scope scope = backend.scope()) {
            backend.assign(target, backend.tensor(entry.values(), entry.shape(), DType.FLOAT32));
        }
    }
}
