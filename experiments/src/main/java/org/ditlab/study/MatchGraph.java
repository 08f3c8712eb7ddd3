package org.ditlab.study;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jgrapht.Graph;
import org.jgrapht.alg.connectivity.KosarajuStrongConnectivityInspector;
import org.jgrapht.graph.DefaultEdge;
import org.jgrapht.graph.SimpleDirectedGraph;

/**
 * Which variants' matches must be solved before which. A variant needs the variant whose cost it matches, and those from
 * which it takes over a solved value: it stands on them, directly or not, and nothing between sets or solves the knob again.
 */
public final class MatchGraph {
    private final Map<String, Variant> variants = new LinkedHashMap<>();
    private final Map<String, Map<String, String>> sources = new HashMap<>();

    public MatchGraph(Collection<Variant> all) {
        all.forEach(variant -> variants.putIfAbsent(variant.name(), variant));
        for (Variant variant : variants.values()) {
            // Those below first: a control may stand on a variant that comes later.
            Deque<Variant> below = new ArrayDeque<>();
            Set<String> passed = new HashSet<>();
            for (Variant at = variant; at != null && !sources.containsKey(at.name()) && passed.add(at.name()); ) {
                below.push(at);
                at = at.parent() == null ? null : variants.get(at.parent());
            }
            below.forEach(one -> sources.put(one.name(), sources(one)));
        }
    }

    private Map<String, String> sources(Variant variant) {
        Map<String, String> inForce = new TreeMap<>();
        if (variant.parent() != null) {
            inForce.putAll(sources.getOrDefault(variant.parent(), Map.of()));
        }
        variant.change()
                .settings()
                .all()
                .forEach(setting -> inForce.remove(setting.knob().name()));
        if (variant.change().match() != null) {
            inForce.put(variant.change().match().knob().name(), variant.name());
        }
        return inForce;
    }

    /** The variants whose matches solved a knob of this one, itself among them when it has a match. */
    public Set<String> solvedBy(String variant) {
        return new LinkedHashSet<>(sources.getOrDefault(variant, Map.of()).values());
    }

    /** The variants that must be solved before this one. */
    public Set<String> needs(String variant) {
        Set<String> needs = solvedBy(variant);
        Match match = variants.get(variant).change().match();
        if (match != null
                && match.target() instanceof MatchTarget.Named target
                && variants.containsKey(target.name())) {
            needs.add(target.name());
        }
        needs.remove(variant);
        return needs;
    }

    /** The variants, those first that others need; without those that need each other. */
    public List<Variant> order() {
        Map<String, Integer> open = new HashMap<>();
        Map<String, List<String>> neededBy = new HashMap<>();
        Deque<String> ready = new ArrayDeque<>();
        for (String variant : variants.keySet()) {
            Set<String> needs = needs(variant);
            open.put(variant, needs.size());
            needs.forEach(need ->
                    neededBy.computeIfAbsent(need, name -> new ArrayList<>()).add(variant));
            if (needs.isEmpty()) {
                ready.add(variant);
            }
        }
        List<Variant> order = new ArrayList<>();
        while (!ready.isEmpty()) {
            String next = ready.remove();
            order.add(variants.get(next));
            for (String dependent : neededBy.getOrDefault(next, List.of())) {
                if (open.merge(dependent, -1, Integer::sum) == 0) {
                    ready.add(dependent);
                }
            }
        }
        return order;
    }

    /**
     * Rings of variants of which each needs the next and the last needs the first: one of every group of variants that need
     * each other.
     */
    List<List<String>> cycles() {
        Graph<String, DefaultEdge> graph = new SimpleDirectedGraph<>(DefaultEdge.class);
        variants.keySet().forEach(graph::addVertex);
        variants.keySet().forEach(variant -> needs(variant).forEach(need -> graph.addEdge(variant, need)));
        return new KosarajuStrongConnectivityInspector<>(graph)
                .stronglyConnectedSets().stream()
                        .filter(group -> group.size() > 1)
                        .map(this::cycle)
                        .toList();
    }

    private List<String> cycle(Set<String> group) {
        Set<String> path = new LinkedHashSet<>();
        String at = group.iterator().next();
        while (path.add(at)) {
            at = needs(at).stream().filter(group::contains).findFirst().orElseThrow();
        }
        List<String> walked = List.copyOf(path);
        return walked.subList(walked.indexOf(at), walked.size());
    }
}
