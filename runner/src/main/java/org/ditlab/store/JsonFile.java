package org.ditlab.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.ditlab.study.StudyException;

/** JSON objects in files: written whole by {@link AtomicFile}, read as maps in the file's order. */
public final class JsonFile {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};

    private JsonFile() {}

    /**
     * Reads an object.
     *
     * @throws IOException when the file is missing or unreadable
     * @throws StudyException when it is no JSON object; the message names the file
     */
    public static Map<String, Object> read(Path file) throws IOException {
        String text = Files.readString(file);
        try {
            return parse(text, file.toString());
        } catch (IOException damaged) {
            throw new StudyException(
                    file + ": is damaged, it holds no JSON object; restore it, or delete it where the study"
                            + " can be run again: what is missing is made anew");
        }
    }

    /** Replaces the file's content, indented, with a newline at the end. */
    public static void write(Path file, Map<String, ?> object) throws IOException {
        AtomicFile.write(file, bytes(object));
    }

    /**
     * As {@link #write}, but leaves a file alone that says so already, and does not wait for the disk: for what the next run
     * says again.
     */
    public static void refresh(Path file, Map<String, ?> object) throws IOException {
        byte[] bytes = bytes(object);
        if (!Files.isRegularFile(file) || !Arrays.equals(Files.readAllBytes(file), bytes)) {
            AtomicFile.replace(file, bytes);
        }
    }

    private static byte[] bytes(Map<String, ?> object) throws IOException {
        String text = MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(object) + "\n";
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** One object on one line, without the newline. */
    public static String line(Map<String, ?> object) throws IOException {
        return MAPPER.writeValueAsString(object);
    }

    /**
     * Parses one object; {@code place} opens the message of an error.
     *
     * @throws IOException when the text is no JSON object
     */
    public static Map<String, Object> parse(String text, String place) throws IOException {
        try {
            Map<String, Object> object = MAPPER.readValue(text, OBJECT);
            if (object == null) {
                throw new IOException(place + ": expected a JSON object");
            }
            return object;
        } catch (JsonProcessingException e) {
            throw new IOException(place + ": no valid JSON object: " + e.getOriginalMessage(), e);
        }
    }
}
