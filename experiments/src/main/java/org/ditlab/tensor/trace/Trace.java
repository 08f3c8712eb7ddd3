package org.ditlab.tensor.trace;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ditlab.tensor.Convention;
import org.ditlab.tensor.Product;
import org.jgrapht.graph.DefaultEdge;
import org.jgrapht.graph.DirectedAcyclicGraph;
import org.jspecify.annotations.Nullable;

/** What ran on a {@link TracingBackend}: its operations in order, what they cost, and how they hang together. */
public final class Trace {
    private final List<TracedOperation> operations;
    private final Map<String, Map<Product, Long>> products;
    private final List<Part> recomputed;
    private @Nullable DirectedAcyclicGraph<TracedOperation, DefaultEdge> graph;

    /** Consecutive operations that a backward pass may compute again, from the first to before the end. */
    record Part(int first, int end) {}

    Trace(List<TracedOperation> operations, Map<String, Map<Product, Long>> products, List<Part> recomputed) {
        this.operations = List.copyOf(operations);
        this.recomputed = List.copyOf(recomputed);
        this.products = new LinkedHashMap<>();
        products.forEach((module, counted) -> this.products.put(module, new EnumMap<>(counted)));
    }

    /** All operations in the order in which they ran. Parameters, inputs and constants are not among them. */
    public List<TracedOperation> operations() {
        return operations;
    }

    /** Multiply-accumulates, and what the convention adds to them. */
    public long cost(Convention convention) {
        long cost = 0;
        for (TracedOperation operation : operations) {
            cost += operation.macs();
        }
        for (long added : additions(convention).values()) {
            cost += added;
        }
        return cost;
    }

    /** What the convention adds to the multiply-accumulates, by path of the module that it ran in. */
    public Map<String, Long> additions(Convention convention) {
        Map<String, Long> additions = new LinkedHashMap<>();
        products.forEach((module, counted) -> counted.forEach((kind, elements) -> {
            if (convention.counts(kind)) {
                additions.merge(module, elements, Long::sum);
            }
        }));
        return additions;
    }

    /** Elements reported for one kind of arithmetic beyond multiply-accumulates. */
    public long elements(Product kind) {
        return products.values().stream()
                .mapToLong(counted -> counted.getOrDefault(kind, 0L))
                .sum();
    }

    /**
     * Bytes of activations that a training step keeps for its backward pass: the results of all operations that are not
     * views, each in its own type. Views are reshape, permute, slice, broadcastTo, detach and a cast to the same type;
     * layer norm, GELU, SiLU, modulation and gated addition count as one result each, attention as its decomposition (with the matrix of
     * weights). Parameters, inputs and constants are not activations.
     */
    public long activationBytes() {
        return operations.stream().mapToLong(TracedOperation::outputBytes).sum();
    }

    /**
     * The same with less kept.
     *
     * @param recompute what {@link org.ditlab.tensor.spi.Backend#recompute} leaves: of every part that is computed again its
     *     result, and the largest part three times: as it is computed again, its gradients, and what both passes leave
     *     unused between them (measured on a CPU)
     * @param narrow whether products compute in a type of 2 bytes: what they make and what they read counts half
     */
    public long activationBytes(boolean recompute, boolean narrow) {
        long[] bytes = new long[operations.size()];
        boolean[] half = narrow ? products() : new boolean[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = operations.get(i).outputBytes() / (half[i] ? 2 : 1);
        }
        long whole = Arrays.stream(bytes).sum();
        long largest = 0;
        for (Part part : recompute ? recomputed : List.<Part>of()) {
            long again = 0;
            for (int i = part.first; i < part.end - 1; i++) {
                again += bytes[i];
                bytes[i] = 0;
            }
            largest = Math.max(largest, again);
        }
        return Math.min(whole, Arrays.stream(bytes).sum() + 3 * largest);
    }

    /** Which operations are products or made what a product reads, be it through views. */
    private boolean[] products() {
        boolean[] read = new boolean[operations.size()];
        for (int i = operations.size() - 1; i >= 0; i--) {
            TracedOperation operation = operations.get(i);
            boolean view = operation.outputBytes() == 0;
            if (operation.macs() > 0 || view && read[i]) {
                operation.inputs().stream().filter(input -> input >= 0).forEach(input -> read[input] = true);
            }
            read[i] |= operation.macs() > 0;
        }
        return read;
    }

    /** The operations as a graph, an edge from each operation to those that read its result. Built at the first call. */
    public synchronized DirectedAcyclicGraph<TracedOperation, DefaultEdge> graph() {
        if (graph == null) {
            DirectedAcyclicGraph<TracedOperation, DefaultEdge> built = new DirectedAcyclicGraph<>(DefaultEdge.class);
            for (TracedOperation operation : operations) {
                built.addVertex(operation);
                for (int input : operation.inputs()) {
                    if (input >= 0) {
                        built.addEdge(operations.get(input), operation);
                    }
                }
            }
            graph = built;
        }
        return graph;
    }
}
