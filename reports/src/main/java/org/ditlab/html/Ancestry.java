package org.ditlab.html;

import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.ditlab.study.Knobs;
import org.ditlab.study.StudyException;
import org.ditlab.study.Variant;
import org.ditlab.study.VariantRole;
import org.ditlab.study.yaml.StudyYaml;
import org.ditlab.summary.StudySummary;
import org.ditlab.summary.VariantSummary;

/** What each variant was made from, as the study file says; where it does not, the first variant of its study. */
final class Ancestry {
    private final StudySummary study;
    private final Map<String, Variant> declared = new HashMap<>();
    private final Map<String, VariantSummary> present = new LinkedHashMap<>();

    private Ancestry(StudySummary study) {
        this.study = study;
        study.variants().forEach(variant -> present.put(variant.name(), variant));
    }

    static Ancestry of(StudySummary study) throws IOException {
        Ancestry ancestry = new Ancestry(study);
        if (!study.parts().isEmpty()) {
            return ancestry;
        }
        try {
            StudyYaml.open(study.specification(), "study.json", Knobs.installed())
                    .spec()
                    .variants()
                    .forEach(variant -> ancestry.declared.put(variant.name(), variant));
        } catch (StudyException unreadable) {
            // Written by another version: the report tells what the results say.
            ancestry.declared.clear();
        }
        return ancestry;
    }

    /** The nearest ancestor that the study has run; empty for the first variant. */
    Optional<VariantSummary> parent(VariantSummary variant) {
        Variant known = declared.get(variant.name());
        for (int climbed = 0; known != null && known.parent() != null && climbed <= declared.size(); climbed++) {
            VariantSummary parent = present.get(known.parent());
            if (parent != null && !parent.name().equals(variant.name())) {
                return Optional.of(parent);
            }
            known = declared.get(known.parent());
        }
        return variant.untrained()
                ? first()
                : study.baseOf(variant).filter(base -> !base.name().equals(variant.name()));
    }

    /** The first variant that trains. */
    Optional<VariantSummary> first() {
        return present.values().stream().filter(variant -> !variant.untrained()).findFirst();
    }

    /** {@code Rung}, {@code Control}, or {@code Variant} where the study file says no more. */
    String role(VariantSummary variant) {
        Variant known = declared.get(variant.name());
        if (variant.untrained()) {
            return "The base with its first weights, never trained";
        }
        if (known == null) {
            return "Variant";
        }
        return switch (known.role()) {
            case BASE -> "The base";
            case RUNG -> "Rung of a ladder";
            case CONTROL -> "Control";
            case VARIANT, UNTRAINED -> "Variant";
        };
    }

    /** Whether the variant is the base, a rung or a control of a ladder. */
    boolean ofLadder(VariantSummary variant) {
        Variant known = declared.get(variant.name());
        return known != null && (known.role() == VariantRole.RUNG || known.role() == VariantRole.CONTROL);
    }
}
