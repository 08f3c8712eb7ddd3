package org.ditlab.store.index;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.ditlab.store.JsonFile;
import org.ditlab.store.StudyDirectory;
import org.ditlab.study.StudyException;

/** Reads the study's JSON files within bounds, and collects what is wrong with them. */
final class SmallFiles {
    private static final long LARGEST = 16 << 20;

    private final Map<String, String> warnings = new TreeMap<>();

    /**
     * Reads an object.
     *
     * @throws IOException when it cannot be read, is too large or no JSON object
     */
    Map<String, Object> read(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException("is no file");
        }
        if (Files.size(file) > LARGEST) {
            throw new IOException("is larger than " + LARGEST + " bytes");
        }
        try {
            return JsonFile.read(file);
        } catch (StudyException damaged) {
            throw new IOException("holds no JSON object", damaged);
        }
    }

    /** Notes what is wrong with a file, by its path in the study's directory. */
    void warn(String path, IOException e) {
        warnings.put(path, StudyDirectory.reason(e));
    }

    /** Notes that something which should be a file is a pipe, a device, a directory or a link to nothing. */
    void warnStrange(String path) {
        warnings.put(path, "is no regular file; it is passed over");
    }

    Map<String, String> warnings() {
        return warnings;
    }
}
