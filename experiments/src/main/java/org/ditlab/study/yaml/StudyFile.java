package org.ditlab.study.yaml;

import java.util.Map;
import org.ditlab.study.StudySpec;

/**
 * A study with where its parts stand, for problems that show only when it is planned.
 *
 * @param places {@code file:line:column} by variant name
 * @param parts the same by the names of the knobs that the base and the sections set, and of exclusions by their place in
 *     the plan kind, {@code grid/exclude/0}
 * @param excerpts the line of each place, with carets below what stands there
 */
public record StudyFile(
        StudySpec spec, Map<String, String> places, Map<String, String> parts, Map<String, String> excerpts) {
    /** A study that stands in no file. */
    public static StudyFile none(StudySpec spec) {
        return new StudyFile(spec, Map.of(), Map.of(), Map.of());
    }

    public StudyFile {
        places = Map.copyOf(places);
        parts = Map.copyOf(parts);
        excerpts = Map.copyOf(excerpts);
    }
}
