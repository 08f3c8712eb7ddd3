package org.ditlab.study.plan;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jgrapht.graph.DefaultEdge;
import org.jgrapht.graph.SimpleDirectedGraph;
import org.jgrapht.traverse.TopologicalOrderIterator;

/**
 * The work of trials: every stage once, however many trials need it, with an edge from each stage to those that read its
 * outputs. Two stages are one where their content hashes are equal, so that what changes late re-uses what stands before it.
 */
public final class StageGraph {
    private final Map<String, Stage> stages = new LinkedHashMap<>();
    private final Map<String, Integer> trials = new HashMap<>();
    // One that keeps an order with every edge would be asked for it tens of thousands of times while a large plan is
    // made.
    private final SimpleDirectedGraph<String, DefaultEdge> graph = new SimpleDirectedGraph<>(DefaultEdge.class);
    private final List<Stage> order = new ArrayList<>();

    private StageGraph(Collection<Trial> all) {
        for (Trial trial : all) {
            for (Stage stage : trial.stages()) {
                stages.putIfAbsent(stage.hash(), stage);
                trials.merge(stage.hash(), 1, Integer::sum);
                graph.addVertex(stage.hash());
            }
        }
        Map<String, Integer> place = new HashMap<>();
        for (Stage stage : stages.values()) {
            place.put(stage.hash(), place.size());
            stage.uses().stream().filter(stages::containsKey).forEach(used -> graph.addEdge(used, stage.hash()));
        }
        new TopologicalOrderIterator<>(graph, Comparator.comparing(place::get))
                .forEachRemaining(hash -> order.add(stages.get(hash)));
    }

    /**
     * The stages of some trials; what these use outside of them counts as there.
     *
     * @throws IllegalArgumentException when stages use each other in a ring
     */
    public static StageGraph of(Collection<Trial> trials) {
        return new StageGraph(trials);
    }

    /** Every stage once, after all that it uses; else in the order of the trials. */
    public List<Stage> order() {
        return List.copyOf(order);
    }

    /** The stages whose outputs a stage reads. */
    public List<Stage> uses(Stage stage) {
        return graph.incomingEdgesOf(stage.hash()).stream()
                .map(edge -> stages.get(graph.getEdgeSource(edge)))
                .toList();
    }

    /** The stages that read a stage's outputs. */
    public List<Stage> usedBy(Stage stage) {
        return graph.outgoingEdgesOf(stage.hash()).stream()
                .map(edge -> stages.get(graph.getEdgeTarget(edge)))
                .toList();
    }

    /** How many of the trials a stage is done for. */
    public int trials(Stage stage) {
        return trials.getOrDefault(stage.hash(), 0);
    }

    /** The stages that can be worked on: not done, and all that they use is; in {@link #order}. */
    public List<Stage> ready(Set<String> done) {
        return order.stream()
                .filter(stage -> !done.contains(stage.hash()))
                .filter(stage -> uses(stage).stream().allMatch(used -> done.contains(used.hash())))
                .toList();
    }
}
