package org.ditlab.chart;

import java.util.List;

/**
 * Marks that belong together: a point with its bar, a curve with its band.
 *
 * @param role its class in SVG: {@code point} takes the keyboard's focus
 * @param id unique on the page; empty for none
 * @param description lines of a tooltip; empty for none
 * @param subject what it stands for; {@link Subject#NONE} for nothing that a page could link to
 */
record Group(String role, String id, List<String> description, Subject subject) {
    static Group plain(String role) {
        return new Group(role, "", List.of(), Subject.NONE);
    }
}
