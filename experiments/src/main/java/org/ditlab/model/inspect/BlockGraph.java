package org.ditlab.model.inspect;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jgrapht.Graph;
import org.jgrapht.Graphs;
import org.jgrapht.graph.DefaultEdge;
import org.jgrapht.graph.SimpleDirectedGraph;

/** Which block reads which: the operation graph of a trace with each block drawn together into one vertex. */
public final class BlockGraph {
    private final Graph<BlockRun, DefaultEdge> graph;

    private BlockGraph(Graph<BlockRun, DefaultEdge> graph) {
        this.graph = graph;
    }

    /** @param reads the paths of the blocks that each block reads */
    static BlockGraph of(List<Block> blocks, Map<String, Set<String>> reads) {
        Map<String, Block> byPath = new LinkedHashMap<>();
        blocks.forEach(block -> byPath.put(block.path(), block));
        Set<String> read = new TreeSet<>();
        reads.values().forEach(read::addAll);
        Map<String, BlockRun> runs = new LinkedHashMap<>();
        Graph<BlockRun, DefaultEdge> graph = new SimpleDirectedGraph<>(DefaultEdge.class);
        for (Block block : blocks) {
            List<Block> inputs = inputs(block, byPath, reads).stream()
                    .filter(input -> !input.conditions())
                    .toList();
            BlockRun run = new BlockRun(List.of(block), BlockKind.of(block, inputs, read.contains(block.path())));
            runs.put(block.path(), run);
            graph.addVertex(run);
        }
        for (Block block : blocks) {
            for (Block input : inputs(block, byPath, reads)) {
                graph.addEdge(runs.get(input.path()), runs.get(block.path()));
            }
        }
        return new BlockGraph(graph);
    }

    private static List<Block> inputs(Block block, Map<String, Block> byPath, Map<String, Set<String>> reads) {
        return reads.getOrDefault(block.path(), Set.of()).stream()
                .map(byPath::get)
                .toList();
    }

    /** The vertices in order of execution, an edge from each block to those that read it. */
    public Graph<BlockRun, DefaultEdge> graph() {
        return graph;
    }

    /** All vertices, in order of execution. */
    public List<BlockRun> runs() {
        return List.copyOf(graph.vertexSet());
    }

    /** What a vertex reads, conditions left out. */
    public List<BlockRun> inputs(BlockRun run) {
        return Graphs.predecessorListOf(graph, run).stream()
                .filter(input -> !input.first().conditions())
                .toList();
    }

    /** The condition embeddings that a vertex reads. */
    public List<BlockRun> conditions(BlockRun run) {
        return Graphs.predecessorListOf(graph, run).stream()
                .filter(input -> input.first().conditions())
                .toList();
    }

    /** The same graph with blocks of one stage that follow each other and are built alike as one vertex. */
    public BlockGraph collapsed() {
        Map<BlockRun, List<BlockRun>> rows = new LinkedHashMap<>();
        List<BlockRun> row = new ArrayList<>();
        for (BlockRun run : runs()) {
            if (row.isEmpty() || !continues(row.get(row.size() - 1), run)) {
                row = new ArrayList<>();
                rows.put(run, row);
            }
            row.add(run);
        }
        Graph<BlockRun, DefaultEdge> smaller = new SimpleDirectedGraph<>(DefaultEdge.class);
        Map<BlockRun, BlockRun> merged = new LinkedHashMap<>();
        for (List<BlockRun> equal : rows.values()) {
            List<Block> blocks = equal.stream()
                    .map(BlockRun::blocks)
                    .flatMap(Collection::stream)
                    .toList();
            BlockRun one = new BlockRun(blocks, equal.get(0).kind());
            smaller.addVertex(one);
            equal.forEach(run -> merged.put(run, one));
        }
        for (DefaultEdge edge : graph.edgeSet()) {
            BlockRun from = merged.get(graph.getEdgeSource(edge));
            BlockRun to = merged.get(graph.getEdgeTarget(edge));
            if (!from.equals(to)) {
                smaller.addEdge(from, to);
            }
        }
        return new BlockGraph(smaller);
    }

    private boolean continues(BlockRun before, BlockRun run) {
        return !run.first().conditions()
                && before.first().stage().equals(run.first().stage())
                && inputs(run).equals(List.of(before))
                && Graphs.successorListOf(graph, before).equals(List.of(run))
                && conditions(before).equals(conditions(run))
                && before.first().module().isLike(run.first().module());
    }
}
