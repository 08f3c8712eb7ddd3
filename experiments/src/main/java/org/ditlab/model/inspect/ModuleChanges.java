package org.ditlab.model.inspect;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.ditlab.tensor.Convention;
import org.ditlab.tensor.Shape;

/** What differs between two modules, in words. */
final class ModuleChanges {
    private final List<String> lines = new ArrayList<>();

    private ModuleChanges() {}

    /**
     * One line per module that is there once or has other parameters, then outputs, then how often operations run, then
     * those of one module that take other MACs: {@code attn1 matmul: 0.201 -> 0.05033 GMACs}.
     *
     * @param units in which MACs are printed, whatever they count
     */
    static List<String> between(ModuleNode from, ModuleNode to, Units units) {
        ModuleChanges changes = new ModuleChanges();
        changes.parameters(parameters(from), parameters(to));
        if (!from.outputs().equals(to.outputs())) {
            changes.lines.add("output " + from.output() + " -> " + to.output());
        }
        changes.operations(operations(from), operations(to));
        changes.macs(macs(from), macs(to), units.counting(Convention.MACS));
        return changes.lines;
    }

    /** Parameters by path of their module within the block. */
    private static Map<String, Map<String, Shape>> parameters(ModuleNode block) {
        Map<String, Map<String, Shape>> parameters = new LinkedHashMap<>();
        block.all()
                .filter(module -> !module.parameters().isEmpty())
                .forEach(module -> parameters.put(within(module, block), module.parameters()));
        return parameters;
    }

    private static String within(ModuleNode module, ModuleNode block) {
        int start = block.path().isEmpty() ? 0 : block.path().length() + 1;
        return module == block ? LayerTable.OWN : module.path().substring(start);
    }

    private void parameters(Map<String, Map<String, Shape>> from, Map<String, Map<String, Shape>> to) {
        for (String module : union(from.keySet(), to.keySet())) {
            if (!from.containsKey(module)) {
                lines.add("+ " + module + shapes(to.get(module)));
            } else if (!to.containsKey(module)) {
                lines.add("- " + module + shapes(from.get(module)));
            } else {
                reshaped(module, from.get(module), to.get(module));
            }
        }
    }

    private void reshaped(String module, Map<String, Shape> from, Map<String, Shape> to) {
        List<String> changed = new ArrayList<>();
        for (String name : union(from.keySet(), to.keySet())) {
            Shape before = from.get(name);
            Shape after = to.get(name);
            if (before == null) {
                changed.add("+ " + name + " " + after);
            } else if (after == null) {
                changed.add("- " + name + " " + before);
            } else if (!before.equals(after)) {
                changed.add(name + " " + before + " -> " + after);
            }
        }
        if (!changed.isEmpty()) {
            lines.add(module + ": " + String.join(", ", changed));
        }
    }

    private static String shapes(Map<String, Shape> parameters) {
        List<String> shapes = new ArrayList<>();
        parameters.forEach((name, shape) -> shapes.add(name + " " + shape));
        return ": " + String.join(", ", shapes);
    }

    /** How often each operation runs, views left out. */
    private static Map<String, Integer> operations(ModuleNode block) {
        Map<String, Integer> counts = new TreeMap<>();
        block.all()
                .flatMap(module -> module.operations().stream())
                .filter(operation -> operation.outputBytes() > 0)
                .forEach(operation -> counts.merge(operation.op(), 1, Integer::sum));
        return counts;
    }

    private void operations(Map<String, Integer> from, Map<String, Integer> to) {
        List<String> changed = new ArrayList<>();
        for (String operation : union(from.keySet(), to.keySet())) {
            int more = to.getOrDefault(operation, 0) - from.getOrDefault(operation, 0);
            if (more != 0) {
                changed.add((more > 0 ? "+" : "") + more + " " + operation);
            }
        }
        if (!changed.isEmpty()) {
            lines.add("operations: " + String.join(", ", changed));
        }
    }

    /** Multiply-accumulates by module and operation, {@code attn1 matmul}. */
    private static Map<String, Long> macs(ModuleNode block) {
        Map<String, Long> macs = new LinkedHashMap<>();
        block.all()
                .forEach(module -> module.operations().stream()
                        .filter(operation -> operation.macs() > 0)
                        .forEach(operation ->
                                macs.merge(within(module, block) + " " + operation.op(), operation.macs(), Long::sum)));
        return macs;
    }

    private void macs(Map<String, Long> from, Map<String, Long> to, Units units) {
        for (String operation : union(from.keySet(), to.keySet())) {
            long before = from.getOrDefault(operation, 0L);
            long after = to.getOrDefault(operation, 0L);
            if (before != after) {
                lines.add(operation + ": " + units.cost().number(before) + " -> "
                        + units.cost().number(after) + " " + units.costHeading());
            }
        }
    }

    private static Set<String> union(Set<String> from, Set<String> to) {
        Set<String> union = new LinkedHashSet<>(from);
        union.addAll(to);
        return union;
    }
}
