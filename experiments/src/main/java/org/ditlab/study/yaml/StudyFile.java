package org.ditlab.study.yaml;

import java.util.Map;
import org.ditlab.study.StudySpec;

/**
 * A study with where its parts stand, for problems that show only when it is planned.
 *
 * @param places {@code file:line:column} by variant name
 * @param knobs the same by the names of the knobs that the base and the sections set
 */
public record StudyFile(StudySpec spec, Map<String, String> places, Map<String, String> knobs) {
    public StudyFile {
        places = Map.copyOf(places);
        knobs = Map.copyOf(knobs);
    }
}
