package org.ditlab.html;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.ditlab.chart.Identifiers;
import org.ditlab.statistics.ParetoFront;
import org.ditlab.store.TrialResult;
import org.ditlab.summary.Protocol;
import org.ditlab.summary.StudySummary;
import org.ditlab.summary.VariantSummary;

/**
 * What the page tells of every variant. A study of many has a section for those of the Pareto front and of its ladder, and for
 * the others a row each, so that the page stays small.
 */
final class VariantSections {
    /** So many variants have sections; of more, the chosen ones. */
    private static final int MOST = 30;
    /** A tooltip names so many knobs. */
    private static final int KNOBS = 6;

    private static final String PREFIX = "variant-";

    private VariantSections() {}

    /** For the template: {@code sections}, {@code others} as rows, {@code left} and {@code data} for the script. */
    static Map<String, Object> of(StudySummary study) throws IOException {
        List<VariantSummary> variants = study.variants();
        Ancestry ancestry = Ancestry.of(study);
        Map<String, String> anchors = new LinkedHashMap<>();
        for (int i = 0; i < variants.size(); i++) {
            anchors.put(
                    variants.get(i).name(),
                    PREFIX + Identifiers.of(i, variants.get(i).name()));
        }
        Set<VariantSummary> shown = shown(study, ancestry);
        VariantSection section = new VariantSection(study, ancestry, anchors, shown.size());
        List<Map<String, Object>> sections = new ArrayList<>();
        List<Map<String, Object>> others = new ArrayList<>();
        for (int i = 0; i < variants.size(); i++) {
            VariantSummary variant = variants.get(i);
            if (shown.contains(variant)) {
                sections.add(section.of(variant, i));
            } else {
                others.add(row(variant, ancestry, anchors));
            }
        }
        return Map.of("sections", sections, "others", others, "most", MOST, "data", data(study, ancestry, anchors));
    }

    private static Set<VariantSummary> shown(StudySummary study, Ancestry ancestry) {
        List<VariantSummary> variants = study.variants();
        if (variants.size() <= MOST) {
            return new LinkedHashSet<>(variants);
        }
        Set<VariantSummary> chosen = new LinkedHashSet<>();
        ancestry.first().ifPresent(chosen::add);
        variants.stream().filter(ancestry::ofLadder).limit(MOST / 2).forEach(chosen::add);
        for (Protocol protocol : study.protocols()) {
            List<VariantSummary> front = ParetoFront.of(
                    study.trained(),
                    variant -> variant.cost("macs").orElse(Double.NaN),
                    variant -> variant.estimate("fid", protocol).mean());
            // The best ones stand last.
            for (int i = front.size() - 1; i >= 0 && chosen.size() < MOST; i--) {
                chosen.add(front.get(i));
            }
        }
        variants.stream().limit(chosen.size() == 1 ? MOST : 0).forEach(chosen::add);
        return chosen;
    }

    private static Map<String, Object> row(VariantSummary variant, Ancestry ancestry, Map<String, String> anchors) {
        Optional<VariantSummary> parent = ancestry.parent(variant);
        return Map.of(
                "id",
                anchors.get(variant.name()),
                "name",
                variant.name(),
                "parent",
                parent.map(VariantSummary::name).orElse(""),
                "knobs",
                parent.map(from -> sentence(KnobChange.between(from.settings(), variant.settings())))
                        .orElse(""),
                "trials",
                variant.trials().stream().map(TrialResult::id).collect(Collectors.joining(" ")),
                "status",
                variant.status());
    }

    /** What tooltips say beyond the charts, by the identifier that marks bear; JSON that may stand in a script element. */
    private static String data(StudySummary study, Ancestry ancestry, Map<String, String> anchors) {
        Map<String, Object> data = new LinkedHashMap<>();
        Optional<VariantSummary> first = ancestry.first();
        for (VariantSummary variant : study.variants()) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("name", variant.name());
            first.filter(base -> !base.equals(variant))
                    .ifPresent(base -> one.put(
                            "knobs",
                            "against " + base.name() + ": "
                                    + sentence(KnobChange.between(base.settings(), variant.settings()))));
            data.put(anchors.get(variant.name()).substring(PREFIX.length()), one);
        }
        try {
            return new ObjectMapper()
                    .writeValueAsString(data)
                    .replace("<", "\\u003c")
                    .replace(">", "\\u003e")
                    .replace("&", "\\u0026");
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String sentence(List<KnobChange> changes) {
        if (changes.isEmpty()) {
            return "no knob differs";
        }
        int more = changes.size() - KNOBS;
        return changes.stream().limit(KNOBS).map(KnobChange::sentence).collect(Collectors.joining(", "))
                + (more > 0 ? ", and " + more + " more" : "");
    }
}
