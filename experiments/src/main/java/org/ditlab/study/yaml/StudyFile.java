package org.ditlab.study.yaml;

import java.util.Map;
import org.ditlab.study.StudySpec;

/**
 * A study with where its parts stand, for problems that show only when it is planned.
 *
 * @param places {@code file:line:column} by variant name
 */
public record StudyFile(StudySpec spec, Map<String, String> places) {
    public StudyFile {
        places = Map.copyOf(places);
    }
}
