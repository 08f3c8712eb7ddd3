package org.ditlab.store.export;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ditlab.store.JsonFile;
import org.ditlab.store.StudyDirectory;
import org.ditlab.study.StudyException;

/** How far a directory was exported to, in a file of that directory. */
final class ExportState {
    private static final String FILE = ".ditlab-export.json";

    private ExportState() {}

    /**
     * Reads it, and makes the directory where it is missing.
     *
     * @return empty when nothing was exported there yet, or nobody can say what
     * @throws StudyException when another study or format stands there, or no directory can
     */
    static Map<String, Object> read(Path target, String format, String study) throws IOException {
        try {
            Files.createDirectories(target);
        } catch (IOException e) {
            throw new StudyException("--target " + target + ": no directory can be made there: "
                    + StudyDirectory.reason(e) + "; give another one");
        }
        Path file = target.resolve(FILE);
        if (!Files.exists(file)) {
            return Map.of();
        }
        Map<String, Object> state;
        try {
            state = JsonFile.read(file);
        } catch (StudyException damaged) {
            return Map.of();
        }
        if (!format.equals(state.get("format")) || !study.equals(state.get("study"))) {
            throw new StudyException("--target " + target + ": holds the export of study \"" + state.get("study")
                    + "\" to " + state.get("format") + "; give another directory");
        }
        return state;
    }

    static void write(Path target, String format, String study, Map<String, ?> state) throws IOException {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("format", format);
        all.put("study", study);
        all.putAll(state);
        JsonFile.write(target.resolve(FILE), all);
    }

    /**
     * Marks a directory as an export's before its files are written, so that one that is killed is known again.
     *
     * @param names of the files that will be written over
     * @throws StudyException when one of them is there and no export wrote it
     */
    static void claim(Path target, String format, String study, List<String> names) throws IOException {
        if (Files.exists(target.resolve(FILE))) {
            return;
        }
        for (String name : names) {
            if (Files.exists(target.resolve(name), LinkOption.NOFOLLOW_LINKS)) {
                throw new StudyException("--target " + target + ": holds a " + name
                        + " that no export wrote; give another directory, or move that file away");
            }
        }
        write(target, format, study, Map.of());
    }

    /** A part of a state that is an object. */
    static Map<String, Object> part(Map<String, Object> state, String key) {
        Map<String, Object> part = new LinkedHashMap<>();
        if (state.get(key) instanceof Map<?, ?> map) {
            map.forEach((name, value) -> part.put(String.valueOf(name), value));
        }
        return part;
    }

    static long number(Map<String, Object> state, String key) {
        return state.get(key) instanceof Number number ? number.longValue() : 0;
    }
}
