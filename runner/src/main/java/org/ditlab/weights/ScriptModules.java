package org.ditlab.weights;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The modules of a TorchScript archive as one flat dictionary of tensors, named as {@code state_dict()} names them. */
final class ScriptModules {
    private static final int MOST_TENSORS = 100_000;
    private static final int LONGEST_NAME = 1000;

    private final PickleDict tensors = new PickleDict(PickleDict.Kind.DICT);
    private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());

    private ScriptModules() {}

    /**
     * Joins the names of nested modules by dots. Attributes that are no tensors are passed over.
     *
     * @throws BadWeightsException when a module stands in two places, or names or tensors are beyond all measure
     */
    static PickleDict flat(PickleDict root) throws BadWeightsException {
        ScriptModules modules = new ScriptModules();
        modules.add("", root);
        return modules.tensors;
    }

    private void add(String prefix, PickleDict module) throws BadWeightsException {
        if (!seen.add(module)) {
            throw new BadWeightsException("its module " + prefix + " stands in two places", "save a state dict");
        }
        for (Map.Entry<Object, @Nullable Object> attribute : module.entries().entrySet()) {
            String name = prefix + attribute.getKey();
            if (name.length() > LONGEST_NAME) {
                throw new BadWeightsException("its attribute " + name + " has too long a name");
            }
            if (attribute.getValue() instanceof PickleDict child && child.kind() == PickleDict.Kind.MODULE) {
                add(name + ".", child);
            } else if (attribute.getValue() instanceof StoredTensor tensor) {
                tensors.put(name, tensor);
                if (tensors.entries().size() > MOST_TENSORS) {
                    throw new BadWeightsException("its modules have more than " + MOST_TENSORS + " tensors");
                }
            }
        }
    }
}
