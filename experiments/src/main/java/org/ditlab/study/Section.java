package org.ditlab.study;

import java.util.Locale;
import org.ditlab.knob.Knob;

/** Where a knob stands in a study: in the base (architecture) or in one of the recipe's sections, by its name's prefix. */
public enum Section {
    /** Knobs without a section's prefix: {@code patch}, {@code attention.logits}. */
    ARCHITECTURE,
    DATA,
    TRAIN,
    SAMPLE,
    MEASURE;

    private static final Section[] RECIPE = {DATA, TRAIN, SAMPLE, MEASURE};

    private final String word = name().equals("ARCHITECTURE") ? "base" : name().toLowerCase(Locale.ROOT);
    private final String prefix = name().equals("ARCHITECTURE") ? "" : word + ".";

    /** The section that a knob's name says. */
    public static Section of(Knob<?> knob) {
        for (Section section : RECIPE) {
            if (knob.name().startsWith(section.prefix)) {
                return section;
            }
        }
        return ARCHITECTURE;
    }

    /** {@code train}: the key in YAML; the architecture stands under {@code base}. */
    public String word() {
        return word;
    }

    /** {@code train.}: what the names of this section's knobs begin with; empty for the architecture. */
    public String prefix() {
        return prefix;
    }

    /** A knob's name within its section: {@code steps} for {@code train.steps}. */
    public static String shortName(Knob<?> knob) {
        return knob.name().substring(of(knob).prefix().length());
    }
}
