package org.ditlab.tensor.trace;

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
    private @Nullable DirectedAcyclicGraph<TracedOperation, DefaultEdge> graph;

    Trace(List<TracedOperation> operations, Map<String, Map<Product, Long>> products) {
        this.operations = List.copyOf(operations);
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
