package org.ditlab.chart;

import java.util.Locale;

/** Names of variants as ids in SVG and HTML. */
public final class Identifiers {
    private Identifiers() {}

    /** {@code v3-dit-s-4}: unique by its index, readable by its name. */
    public static String of(int index, String name) {
        String slug =
                name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-+|-+$", "");
        return "v" + (index + 1) + (slug.isEmpty() ? "" : "-" + slug);
    }
}
