package org.ditlab.model.inspect;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.ditlab.nn.Module;
import org.ditlab.nn.Parameter;
import org.ditlab.tensor.Convention;
import org.ditlab.tensor.Shape;
import org.ditlab.tensor.trace.Trace;
import org.ditlab.tensor.trace.TracedOperation;
import org.ditlab.tensor.trace.TracingBackend;

/**
 * Says which module each operation of a trace belongs to, and gathers the modules into a tree. An operation belongs to
 * the module that it ran in, or to the module in it whose parameters it reads.
 */
final class ModuleTrace {
    private final Trace trace;
    private final Map<String, Long> additions;
    private final Map<String, Map<String, Shape>> parameters = new LinkedHashMap<>();
    private final List<String> owners = new ArrayList<>();
    private final List<List<Integer>> readers = new ArrayList<>();
    private final Map<String, List<TracedOperation>> operations = new HashMap<>();
    private final Map<String, List<Shape>> outputs = new HashMap<>();
    private final Map<String, Integer> starts = new HashMap<>();
    private final Map<String, List<String>> children = new HashMap<>();

    /** @param trace of the model's last forward pass; its parameters are still bound to that pass */
    ModuleTrace(Module model, Trace trace, Convention convention) {
        this.trace = trace;
        this.additions = trace.additions(convention);
        Map<Integer, String> sources = new HashMap<>();
        model.parameters().forEach((name, parameter) -> declare(name, parameter, sources));
        for (TracedOperation operation : trace.operations()) {
            owners.add(owner(operation, sources));
            readers.add(new ArrayList<>());
            for (int input : operation.inputs()) {
                if (input >= 0) {
                    readers.get(input).add(operation.index());
                }
            }
        }
        trace.operations().forEach(this::enter);
        arrange();
    }

    private void declare(String name, Parameter parameter, Map<Integer, String> sources) {
        int dot = name.lastIndexOf('.');
        String module = dot < 0 ? "" : name.substring(0, dot);
        parameters
                .computeIfAbsent(module, path -> new LinkedHashMap<>())
                .put(name.substring(dot + 1), parameter.shape());
        sources.put(TracingBackend.producer(parameter.value()), module);
    }

    private static String owner(TracedOperation operation, Map<Integer, String> sources) {
        Set<String> read = new LinkedHashSet<>();
        for (int input : operation.inputs()) {
            if (sources.containsKey(input)) {
                read.add(sources.get(input));
            }
        }
        String owner = read.size() == 1 ? read.iterator().next() : operation.module();
        return isWithin(owner, operation.module()) ? owner : operation.module();
    }

    /** Notes where an operation stands, for its module and those around it. */
    private void enter(TracedOperation operation) {
        int index = operation.index();
        operations.computeIfAbsent(owners.get(index), path -> new ArrayList<>()).add(operation);
        for (String path : around(owners.get(index))) {
            starts.putIfAbsent(path, index);
            boolean leaves = readers.get(index).stream().anyMatch(reader -> !isWithin(owners.get(reader), path));
            if (leaves || readers.get(index).isEmpty()) {
                outputs.computeIfAbsent(path, module -> new ArrayList<>()).add(operation.shape());
            }
        }
    }

    /** The path, those before each of its dots, and the model's. */
    private static List<String> around(String path) {
        List<String> around = new ArrayList<>();
        for (int end = path.length(); end > 0; end = path.lastIndexOf('.', end - 1)) {
            around.add(path.substring(0, end));
        }
        around.add("");
        return around;
    }

    /** Finds the paths of all modules, in order of execution, and which stands in which. */
    private void arrange() {
        Set<String> paths = new LinkedHashSet<>();
        Set<String> seen = new LinkedHashSet<>(owners);
        seen.addAll(additions.keySet());
        seen.addAll(parameters.keySet());
        for (String path : seen) {
            paths.add(Block.pathOf(path));
            paths.add(path);
        }
        paths.remove("");
        paths.stream()
                .sorted(Comparator.comparing(path -> starts.getOrDefault(path, Integer.MAX_VALUE)))
                .forEach(path -> children.computeIfAbsent(parent(path, paths), p -> new ArrayList<>())
                        .add(path));
    }

    /** The innermost module around another; a block's is the model, whatever else its name says. */
    private static String parent(String path, Set<String> paths) {
        if (Block.pathOf(path).equals(path)) {
            return "";
        }
        int dot = path.lastIndexOf('.');
        while (!paths.contains(path.substring(0, dot))) {
            dot = path.lastIndexOf('.', dot - 1);
        }
        return path.substring(0, dot);
    }

    /** All modules, below the model itself. */
    ModuleNode tree() {
        return node("", "");
    }

    private ModuleNode node(String path, String enclosing) {
        List<ModuleNode> inner = new ArrayList<>();
        for (String child : children.getOrDefault(path, List.of())) {
            inner.add(node(child, path));
        }
        List<TracedOperation> ran = operations.getOrDefault(path, List.of());
        Map<String, Shape> shapes = parameters.getOrDefault(path, Map.of());
        long macs = ran.stream().mapToLong(TracedOperation::macs).sum();
        Measure own = new Measure(
                shapes.values().stream().mapToLong(Shape::elements).sum(),
                macs + additions.getOrDefault(path, 0L),
                ran.stream().mapToLong(TracedOperation::outputBytes).sum());
        String name = enclosing.isEmpty() ? path : path.substring(enclosing.length() + 1);
        return new ModuleNode(path, name, outputs.getOrDefault(path, List.of()), shapes, ran, own, inner);
    }

    /** The modules that are blocks, in order of execution. */
    List<Block> blocks(ModuleNode root) {
        return root.children().stream().map(Block::new).toList();
    }

    /** Which blocks each block reads; operations between blocks pass on what they read. */
    Map<String, Set<String>> reads() {
        Map<String, Set<String>> reads = new LinkedHashMap<>();
        List<Set<String>> origins = new ArrayList<>();
        for (TracedOperation operation : trace.operations()) {
            Set<String> before = new TreeSet<>();
            operation.inputs().stream().filter(input -> input >= 0).forEach(input -> before.addAll(origins.get(input)));
            String block = Block.pathOf(owners.get(operation.index()));
            if (block.isEmpty()) {
                origins.add(before);
                continue;
            }
            before.remove(block);
            reads.computeIfAbsent(block, path -> new TreeSet<>()).addAll(before);
            origins.add(Set.of(block));
        }
        return reads;
    }

    /** Whether a path is another or stands below it; every path stands below the model's. */
    private static boolean isWithin(String path, String enclosing) {
        return enclosing.isEmpty() || path.equals(enclosing) || path.startsWith(enclosing + ".");
    }
}
