package org.ditlab.study.plan;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
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
    private final Map<String, Stage> stages = new LinkedHashMap<>();
    private final Map<String, Integer> trials = new HashMap<>();
    private final Map<String, List<Stage>> uses = new HashMap<>();
    private final Map<String, List<Stage>> usedBy = new HashMap<>();
    private final List<Stage> order;

    private StageGraph(Collection<Trial> all) {
        for (Trial trial : all) {
            for (Stage stage : trial.stages()) {
                stages.putIfAbsent(stage.hash(), stage);
                trials.merge(stage.hash(), 1, Integer::sum);
            }
        }
        for (Stage stage : stages.values()) {
            List<Stage> used = stage.uses().stream()
                    .distinct()
                    .filter(stages::containsKey)
                    .map(stages::get)
                    .toList();
            uses.put(stage.hash(), used);
            used.forEach(other -> usedBy.computeIfAbsent(other.hash(), hash -> new ArrayList<>())
                    .add(stage));
        }
        order = sorted();
    }

    /** Takes, of the stages whose sources are all taken, the one that stands first, again and again. */
    private List<Stage> sorted() {
        List<Stage> given = List.copyOf(stages.values());
        Map<String, Integer> place = new HashMap<>();
        Map<String, Integer> open = new HashMap<>();
        PriorityQueue<Integer> free = new PriorityQueue<>();
        for (Stage stage : given) {
            int sources = uses.get(stage.hash()).size();
            open.put(stage.hash(), sources);
            if (sources == 0) {
                free.add(place.size());
            }
            place.put(stage.hash(), place.size());
        }
        List<Stage> sorted = new ArrayList<>();
        while (!free.isEmpty()) {
            Stage next = given.get(free.remove());
            sorted.add(next);
            for (Stage after : usedBy.getOrDefault(next.hash(), List.of())) {
                if (open.merge(after.hash(), -1, Integer::sum) == 0) {
                    free.add(place.get(after.hash()));
                }
            }
        }
        if (sorted.size() < given.size()) {
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
        return uses.getOrDefault(stage.hash(), List.of());
    }

    /** The stages that read a stage's outputs. */
    public List<Stage> usedBy(Stage stage) {
        return List.copyOf(usedBy.getOrDefault(stage.hash(), List.of()));
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
