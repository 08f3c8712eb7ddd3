package org.ditlab.study.plan;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * The work of trials: every stage once, however many trials need it, with an edge from each stage to those that read its
 * outputs. Two stages are one where their content hashes are equal, so that what changes late re-uses what stands before it.
 */
public final class StageGraph {
    private final Map<String, Node> nodes = new LinkedHashMap<>();
    private final List<Stage> order;

    /** A stage between those that it uses and those that use it. */
    private static final class Node {
        private final Stage stage;
        private final int place;
        private final List<Node> uses = new ArrayList<>(2);
        private final List<Node> usedBy = new ArrayList<>(2);
        private int trials;

        Node(Stage stage, int place) {
            this.stage = stage;
            this.place = place;
        }
    }

    private StageGraph(Collection<Trial> all) {
        for (Trial trial : all) {
            for (Stage stage : trial.stages()) {
                nodes.computeIfAbsent(stage.hash(), hash -> new Node(stage, nodes.size())).trials++;
            }
        }
        for (Node node : nodes.values()) {
            for (String hash : node.stage.uses()) {
                Node used = nodes.get(hash);
                if (used != null && !node.uses.contains(used)) {
                    node.uses.add(used);
                    used.usedBy.add(node);
                }
            }
        }
        this.order = sorted(nodes.values());
    }

    /** Takes, of the stages that use none but taken ones, the one that stands first, again and again. */
    private static List<Stage> sorted(Collection<Node> nodes) {
        int[] open = new int[nodes.size()];
        PriorityQueue<Node> free = new PriorityQueue<>(Comparator.comparingInt(node -> node.place));
        for (Node node : nodes) {
            open[node.place] = node.uses.size();
            if (node.uses.isEmpty()) {
                free.add(node);
            }
        }
        List<Stage> sorted = new ArrayList<>(nodes.size());
        while (!free.isEmpty()) {
            Node next = free.remove();
            sorted.add(next.stage);
            for (Node after : next.usedBy) {
                if (--open[after.place] == 0) {
                    free.add(after);
                }
            }
        }
        if (sorted.size() < nodes.size()) {
            throw new IllegalArgumentException("stages use each other in a ring");
        }
        return List.copyOf(sorted);
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
        return order;
    }

    /** The stages whose outputs a stage reads. */
    public List<Stage> uses(Stage stage) {
        return node(stage).uses.stream().map(node -> node.stage).toList();
    }

    /** The stages that read a stage's outputs. */
    public List<Stage> usedBy(Stage stage) {
        return node(stage).usedBy.stream().map(node -> node.stage).toList();
    }

    /** How many of the trials a stage is done for. */
    public int trials(Stage stage) {
        Node node = nodes.get(stage.hash());
        return node == null ? 0 : node.trials;
    }

    /** The stages that can be worked on: not done, and all that they use is; in {@link #order}. */
    public List<Stage> ready(Set<String> done) {
        return order.stream()
                .filter(stage -> !done.contains(stage.hash()))
                .filter(stage -> node(stage).uses.stream().allMatch(used -> done.contains(used.stage.hash())))
                .toList();
    }

    private Node node(Stage stage) {
        Node node = nodes.get(stage.hash());
        if (node == null) {
            throw new IllegalArgumentException("stage " + stage.id() + " is not of these trials");
        }
        return node;
    }
}
