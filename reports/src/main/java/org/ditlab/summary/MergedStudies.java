package org.ditlab.summary;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.ditlab.store.TrialResult;
import org.ditlab.study.GroupMember;
import org.ditlab.study.PlanGroup;
import org.ditlab.study.StudyException;

/**
 * Several studies told as one.
 *
 * <p>A trial's hash covers its variant's name, knobs, data and seed: variants that share one are one variant, whose trials are
 * those of all, each once. Other variants of one name are called {@code study: variant}. The k-th seed is the same in every
 * study, so that differences across studies are paired too.
 */
public final class MergedStudies {
    private MergedStudies() {}

    /**
     * The studies in one; a single one as it is.
     *
     * @throws StudyException when two have one name
     */
    public static StudySummary of(List<StudySummary> studies) {
        if (studies.size() == 1) {
            return studies.get(0);
        }
        Set<String> names = new HashSet<>();
        for (StudySummary study : studies) {
            if (!names.add(study.name())) {
                throw new StudyException("the report is asked of two studies that are called \"" + study.name()
                        + "\"; expected different studies");
            }
        }
        List<Group> groups = new ArrayList<>();
        for (StudySummary study : studies) {
            for (VariantSummary variant : study.variants()) {
                groups.stream()
                        .filter(group -> group.shares(variant))
                        .findFirst()
                        .ifPresentOrElse(group -> group.add(variant), () -> groups.add(new Group(study, variant)));
            }
        }
        Map<String, Long> uses = groups.stream().collect(Collectors.groupingBy(Group::name, Collectors.counting()));
        List<VariantSummary> variants = new ArrayList<>();
        List<VariantSummary> untrained = new ArrayList<>();
        for (Group group : groups) {
            String name = uses.get(group.name()) == 1 ? group.name() : group.study.name() + ": " + group.name();
            VariantSummary variant = new VariantSummary(name, List.copyOf(group.trials.values()));
            (variant.untrained() ? untrained : variants).add(variant);
        }
        variants.addAll(untrained);
        String name = studies.stream().map(StudySummary::name).collect(Collectors.joining(" + "));
        Map<String, Object> spec = new LinkedHashMap<>();
        spec.put("studies", studies.stream().map(StudySummary::spec).toList());
        return new StudySummary(
                name, spec, variants, Protocol.of(variants), provenance(studies), groups(studies, variants), studies);
    }

    /** The groups of all studies, each with its study's name before its own, their variants by their names here. */
    private static List<PlanGroup> groups(List<StudySummary> studies, List<VariantSummary> variants) {
        List<PlanGroup> groups = new ArrayList<>();
        for (StudySummary study : studies) {
            Map<String, String> names = new HashMap<>();
            for (VariantSummary own : study.variants()) {
                variants.stream()
                        .filter(own::sharesTrialWith)
                        .findFirst()
                        .ifPresent(here -> names.put(own.name(), here.name()));
            }
            for (PlanGroup group : study.groups()) {
                List<GroupMember> members = group.members().stream()
                        .map(member -> member.as(names.getOrDefault(member.variant(), member.variant())))
                        .toList();
                groups.add(new PlanGroup(
                        group.kind(), study.name() + ": " + group.label(), members, group.orders(), group.leftOut()));
            }
        }
        return groups;
    }

    /** Attempts of a stage that two studies share, each in its own directory, were two attempts: they add up. */
    private static Map<String, Map<String, Integer>> provenance(List<StudySummary> studies) {
        Map<String, Map<String, Integer>> counts = new TreeMap<>();
        studies.forEach(study -> study.provenance()
                .forEach((key, values) -> values.forEach((value, count) ->
                        counts.computeIfAbsent(key, unused -> new TreeMap<>()).merge(value, count, Integer::sum))));
        return counts;
    }

    /** A variant of one or several studies: the first study's name for it, and its trials by seed. */
    private static final class Group {
        private final StudySummary study;
        private final VariantSummary first;
        private final Map<String, TrialResult> trials = new LinkedHashMap<>();

        Group(StudySummary study, VariantSummary variant) {
            this.study = study;
            this.first = variant;
            add(variant);
        }

        String name() {
            return first.name();
        }

        boolean shares(VariantSummary variant) {
            return variant.trials().stream().anyMatch(trial -> trials.containsKey(trial.hash()));
        }

        /** Of equal trials the one that ended stays. */
        void add(VariantSummary variant) {
            for (TrialResult trial : variant.trials()) {
                TrialResult known = trials.get(trial.hash());
                if (known == null || (!known.status().ended() && trial.status().ended())) {
                    trials.put(trial.hash(), trial);
                }
            }
        }
    }
}
