package org.ditlab.summary;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.ditlab.store.JsonFile;
import org.ditlab.store.StageDirectory;
import org.ditlab.store.StudyResults;
import org.ditlab.store.TrialResult;
import org.ditlab.store.TrialStage;
import org.ditlab.store.TrialStatus;
import org.ditlab.study.PlanGroup;
import org.ditlab.study.StudyException;
import org.ditlab.study.Variant;
import org.ditlab.study.plan.StageKind;

/**
 * A study as a report tells it, or several that are told as one ({@link MergedStudies}).
 *
 * @param name the study's name; of several {@code a + b}
 * @param spec {@code study.json}; of several {@code {studies: [...]}}
 * @param variants in the study's order, {@code untrained} last
 * @param protocols how the finished trials were measured; more than one only where they must not share a column
 * @param provenance what the attempts ran on: by key, each value with the number of attempts that recorded it
 * @param groups what each plan kind of the study came to: its ladder, its grid, ...; empty where the plan does not say
 * @param parts the studies it was merged from, each with its own names and spec; empty where it is one study
 */
public record StudySummary(
        String name,
        Map<String, Object> spec,
        List<VariantSummary> variants,
        List<Protocol> protocols,
        Map<String, Map<String, Integer>> provenance,
        List<PlanGroup> groups,
        List<StudySummary> parts) {

    /** Variants that a note names. */
    private static final int NAMED = 6;

    /** Controls stand no deeper in a study file. */
    private static final int DEEPEST = 6;

    public StudySummary {
        variants = List.copyOf(variants);
        protocols = List.copyOf(protocols);
        groups = List.copyOf(groups);
        parts = List.copyOf(parts);
    }

    /**
     * Reads everything but curves and samples; never writes.
     *
     * @throws StudyException when the directory holds no study, or one without trials
     */
    public static StudySummary read(Path directory) throws IOException {
        StudyResults results = StudyResults.read(directory);
        List<VariantSummary> variants = new ArrayList<>();
        List<VariantSummary> untrained = new ArrayList<>();
        for (String name : results.variants()) {
            VariantSummary variant = new VariantSummary(name, results.trials(name));
            (variant.untrained() ? untrained : variants).add(variant);
        }
        variants.addAll(untrained);
        if (variants.isEmpty()) {
            throw new StudyException(
                    directory + ": this study has no trials yet; run it first: ditlab run " + results.name());
        }
        return new StudySummary(
                results.name(),
                results.spec(),
                variants,
                Protocol.of(variants),
                provenance(results.trials()),
                results.groups(),
                List.of());
    }

    /** The studies that it tells: its parts, or itself. */
    public List<StudySummary> studies() {
        return parts.isEmpty() ? List.of(this) : parts;
    }

    /** What the others are compared with: the variant {@code base}, else the first that trains; empty where none does. */
    public Optional<VariantSummary> base() {
        return trained().stream()
                .filter(variant -> variant.name().equals(Variant.BASE))
                .findFirst()
                .or(() -> trained().stream().findFirst());
    }

    /** The base of the study that a variant comes from. Empty for that base itself and the untrained model. */
    public Optional<VariantSummary> baseOf(VariantSummary variant) {
        if (variant.untrained()) {
            return Optional.empty();
        }
        for (StudySummary study : studies()) {
            if (study.variants.stream().anyMatch(variant::sharesTrialWith)) {
                return study.base().flatMap(this::here).filter(base -> !base.equals(variant));
            }
        }
        return Optional.empty();
    }

    /** {@code study.json}, indented; of several studies each one's after a line with its name. */
    public String specification() throws IOException {
        if (!parts.isEmpty()) {
            List<String> texts = new ArrayList<>();
            for (StudySummary part : parts) {
                texts.add("# " + part.name + ".yaml\n" + part.specification() + "\n");
            }
            return String.join("\n", texts);
        }
        return new ObjectMapper()
                .writerWithDefaultPrettyPrinter()
                .writeValueAsString(spec)
                .replace("\r\n", "\n");
    }

    /** A text of the study file, such as {@code paper}; empty where there is none, of several studies each different one. */
    public String text(String key) {
        if (!parts.isEmpty()) {
            return parts.stream()
                    .map(part -> part.text(key))
                    .filter(text -> !text.isBlank())
                    .distinct()
                    .collect(Collectors.joining("; "));
        }
        return spec.get(key) instanceof String text ? text : "";
    }

    /** What each control of the study file starts from, by the control's name. */
    public Map<String, String> controls() {
        Map<String, String> parents = new LinkedHashMap<>();
        controls(spec, parents, 0);
        return parents;
    }

    private static void controls(Object node, Map<String, String> parents, int depth) {
        if (depth > DEEPEST) {
            return;
        }
        if (node instanceof Map<?, ?> map) {
            if (map.get("control") instanceof String control && map.get("of") instanceof String parent) {
                parents.put(control, parent);
            }
            map.values().forEach(value -> controls(value, parents, depth + 1));
        } else if (node instanceof List<?> list) {
            list.forEach(value -> controls(value, parents, depth + 1));
        }
    }

    /** The variants that trained, or will. */
    public List<VariantSummary> trained() {
        return variants.stream().filter(variant -> !variant.untrained()).toList();
    }

    public List<TrialResult> trials() {
        List<TrialResult> trials = new ArrayList<>();
        variants.forEach(variant -> trials.addAll(variant.trials()));
        return trials;
    }

    public long count(TrialStatus status) {
        return variants.stream().mapToLong(variant -> variant.count(status)).sum();
    }

    /** Whether every trial has a result; that one diverged or was stopped early is a result. */
    public boolean complete() {
        return trials().stream().allMatch(trial -> trial.status().ended());
    }

    /** Whether samples are drawn and measured; trials on latents end after training. */
    public boolean measures() {
        return trials().stream()
                .anyMatch(trial -> trial.stage(StageKind.MEASURE).isPresent());
    }

    /** {@code 5 of 7 trials done, 1 diverged, 1 running}. */
    public String progress() {
        return TrialStatus.counts(this::count);
    }

    /** {@code Left out, stopped early: narrow (2 of 3 seeds).}, after a space; empty where nothing was stopped. */
    public String leftOut() {
        List<String> stopped = variants.stream()
                .filter(variant -> variant.count(TrialStatus.STOPPED) > 0)
                .map(variant -> variant.name() + " (" + variant.count(TrialStatus.STOPPED) + " of "
                        + variant.trials().size() + (variant.trials().size() == 1 ? " seed)" : " seeds)"))
                .toList();
        if (stopped.isEmpty()) {
            return "";
        }
        String more = stopped.size() > NAMED ? " and " + (stopped.size() - NAMED) + " more" : "";
        return " Left out, stopped early: " + stopped.stream().limit(NAMED).collect(Collectors.joining(", ")) + more
                + ".";
    }

    /** A sentence, after a space, that names variants which a ranking leaves out because seeds are missing; empty for none. */
    public static String leftOut(List<VariantSummary> incomplete) {
        if (incomplete.isEmpty()) {
            return "";
        }
        String more = incomplete.size() > NAMED ? " and " + (incomplete.size() - NAMED) + " more" : "";
        return " Left out, because seeds are missing: "
                + incomplete.stream()
                        .limit(NAMED)
                        .map(variant -> variant.name() + " (" + variant.status() + ")")
                        .collect(Collectors.joining(", "))
                + more + ".";
    }

    /** The study of {@link #studies} that one of the groups comes from. */
    public StudySummary studyOf(PlanGroup group) {
        int index = groups.indexOf(group);
        for (StudySummary part : parts) {
            if (index < part.groups.size()) {
                return part;
            }
            index -= part.groups.size();
        }
        return this;
    }

    /** What a variant of one of the studies is here; empty where it is none of them. */
    public Optional<VariantSummary> here(VariantSummary own) {
        return variants.stream().filter(own::sharesTrialWith).findFirst();
    }

    /** What held-out real images score under a protocol, by the trials that recorded it; distinct values, rising. */
    public List<Double> floor(String metric, Protocol protocol) {
        return distinct("floor." + metric, protocol);
    }

    /** Distinct finite values of a metric over the trials of a protocol, rising. */
    public List<Double> distinct(String metric, Protocol protocol) {
        return variants.stream()
                .flatMap(variant -> variant.metric(metric, protocol).values().stream())
                .distinct()
                .sorted()
                .toList();
    }

    private static Map<String, Map<String, Integer>> provenance(List<TrialResult> trials) throws IOException {
        Map<String, Map<String, Integer>> counts = new TreeMap<>();
        Set<Path> seen = new HashSet<>();
        for (TrialResult trial : trials) {
            for (TrialStage stage : trial.stages()) {
                StageDirectory directory = stage.directory();
                if (seen.add(directory.path())) {
                    for (int attempt : directory.attempts()) {
                        Path file = directory.attempt(attempt).resolve("provenance.json");
                        if (Files.isRegularFile(file)) {
                            flatten("", JsonFile.read(file), counts);
                        }
                    }
                }
            }
        }
        return counts;
    }

    private static void flatten(String prefix, Map<?, ?> node, Map<String, Map<String, Integer>> counts) {
        node.forEach((key, value) -> {
            String name = prefix.isEmpty() ? String.valueOf(key) : prefix + "." + key;
            if (value instanceof Map<?, ?> inner) {
                flatten(name, inner, counts);
            } else {
                counts.computeIfAbsent(name, unused -> new TreeMap<>()).merge(String.valueOf(value), 1, Integer::sum);
            }
        });
    }
}
