package org.ditlab.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.ditlab.store.JsonFile;
import org.ditlab.study.StudyException;
import org.ditlab.table.PublishedChoice;
import org.ditlab.table.TableOptions;

/**
 * {@code options.json}: what was asked for of a report beside the standard, so that {@code run} and {@code report --check} tell the
 * same again. Where it is the standard there is no such file.
 */
final class OptionsFile {
    static final String NAME = "options.json";

    private OptionsFile() {}

    /**
     * The options that a written report has; the standard where nothing is said.
     *
     * @throws StudyException when the file says what no report has
     */
    static TableOptions read(Path folder) throws IOException {
        Path file = folder.resolve(NAME);
        if (!Files.isRegularFile(file)) {
            return TableOptions.STANDARD;
        }
        Map<String, Object> json = JsonFile.read(file);
        Object published =
                json.getOrDefault("published", TableOptions.STANDARD.published().word());
        Optional<PublishedChoice> choice = Arrays.stream(PublishedChoice.values())
                .filter(one -> one.word().equals(published))
                .findFirst();
        if (choice.isEmpty()) {
            throw new StudyException(file + ": published: found " + published + ", expected one of "
                    + Arrays.stream(PublishedChoice.values())
                            .map(PublishedChoice::word)
                            .collect(Collectors.joining(", "))
                    + "; or delete the file");
        }
        return new TableOptions(flag(json, "differences", file), flag(json, "p-values", file), choice.get());
    }

    static String write(TableOptions options) throws IOException {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("differences", options.differences());
        json.put("p-values", options.pValues());
        json.put("published", options.published().word());
        return JsonFile.line(json) + "\n";
    }

    private static boolean flag(Map<String, Object> json, String key, Path file) {
        Object value = json.getOrDefault(key, false);
        if (value instanceof Boolean flag) {
            return flag;
        }
        throw new StudyException(
                file + ": " + key + ": found " + value + ", expected true or false; or delete the file");
    }
}
