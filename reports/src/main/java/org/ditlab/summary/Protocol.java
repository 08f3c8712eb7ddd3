package org.ditlab.summary;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.ditlab.store.TrialResult;
import org.ditlab.store.TrialStatus;

/**
 * One way of measuring that some trials share; two protocols never share a column.
 *
 * <p>The fields are those of the results, without their fingerprint. Two fields follow from the training recipe and are
 * left out of the comparison where variants change that recipe on purpose: {@code weights} where {@code train.ema-decay}
 * is varied, {@code dtype} where {@code train.precision} is. The untrained model has nothing to average, so that its
 * {@code weights} are never compared.
 *
 * @param suffix what tells this protocol's column from the others', such as {@code sampler: ddim 50}, or {@code protocol B} where
 *     that is long; empty where there is one protocol only
 * @param fields what is compared, by key
 * @param ignored keys left out of the comparison
 */
public record Protocol(String suffix, Map<String, Object> fields, Set<String> ignored) {
    /** Characters of a suffix that still reads well in a heading. */
    private static final int SHORT = 40;

    private static final Map<String, String> RECIPE = Map.of("weights", "train.ema-decay", "dtype", "train.precision");

    /** Whether a trial was measured by this protocol. */
    public boolean measured(TrialResult trial) {
        Map<String, Object> own = compared(trial, ignored);
        Map<String, Object> mine = new TreeMap<>(fields);
        if (untrained(trial)) {
            mine.remove("weights");
        }
        return own.equals(mine);
    }

    /** The features' name for a column's heading: {@code classifier:shapes-32}. */
    public String features() {
        return String.valueOf(fields.getOrDefault("features", "unknown features"));
    }

    /** {@code FID[classifier:shapes-32]}, with what tells it apart where another column has the same features. */
    public String column(String metric) {
        return metric + "[" + features() + (suffix.isEmpty() ? "" : "; " + suffix) + "]";
    }

    /** The protocols of a study's finished trials, in the order in which the trials use them. */
    public static List<Protocol> of(List<VariantSummary> variants) {
        List<TrialResult> measured = new ArrayList<>();
        for (VariantSummary variant : variants) {
            variant.trials().stream()
                    .filter(trial -> trial.status() == TrialStatus.DONE
                            && !trial.protocol().isEmpty())
                    .forEach(measured::add);
        }
        Set<String> ignored = new HashSet<>();
        RECIPE.forEach((field, knob) -> {
            Set<Object> values = new HashSet<>();
            measured.forEach(trial ->
                    values.add(Objects.requireNonNullElse(trial.settings().get(knob), "")));
            if (values.size() > 1) {
                ignored.add(field);
            }
        });
        List<Protocol> protocols = new ArrayList<>();
        // The untrained model's protocol lacks a field, so that it joins one that is there already.
        for (boolean untrained : new boolean[] {false, true}) {
            for (TrialResult trial : measured) {
                if (untrained(trial) == untrained && protocols.stream().noneMatch(known -> known.measured(trial))) {
                    protocols.add(new Protocol("", compared(trial, ignored), Set.copyOf(ignored)));
                }
            }
        }
        return protocols.size() < 2 ? List.copyOf(protocols) : told(protocols);
    }

    /** The keys whose values differ between some protocols. */
    public static List<String> differing(List<Protocol> protocols) {
        Set<String> keys = new TreeSet<>();
        protocols.forEach(protocol -> keys.addAll(protocol.fields.keySet()));
        keys.removeIf(key -> protocols.stream()
                        .map(protocol -> String.valueOf(protocol.fields.get(key)))
                        .distinct()
                        .count()
                < 2);
        return List.copyOf(keys);
    }

    /** {@code sampler: ddim 50, samples: 500}: what this one has where some differ, but for the features. */
    public String differences(List<Protocol> protocols) {
        return differing(protocols).stream()
                .filter(key -> !key.equals("features"))
                .map(key -> key + ": " + fields.getOrDefault(key, "none"))
                .collect(Collectors.joining(", "));
    }

    private static List<Protocol> told(List<Protocol> protocols) {
        List<Protocol> told = new ArrayList<>();
        for (Protocol protocol : protocols) {
            String differs = protocol.differences(protocols);
            // A heading has room for a letter; the caption says what it stands for.
            String suffix = differs.length() <= SHORT ? differs : "protocol " + letter(told.size());
            told.add(new Protocol(suffix, protocol.fields, protocol.ignored));
        }
        return List.copyOf(told);
    }

    /** {@code A} to {@code Z}, then {@code A2} and so on. */
    private static String letter(int index) {
        return (char) ('A' + index % 26) + (index < 26 ? "" : String.valueOf(index / 26 + 1));
    }

    private static Map<String, Object> compared(TrialResult trial, Set<String> ignored) {
        Map<String, Object> fields = new TreeMap<>(trial.protocol());
        fields.remove("fingerprint");
        fields.keySet().removeAll(ignored);
        if (untrained(trial)) {
            fields.remove("weights");
        }
        return new LinkedHashMap<>(fields);
    }

    private static boolean untrained(TrialResult trial) {
        return trial.variant().equals(VariantSummary.UNTRAINED);
    }
}
