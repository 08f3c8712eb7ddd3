package org.ditlab.study.yaml;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ditlab.study.CanonicalJson;
import org.ditlab.study.Knobs;
import org.ditlab.study.StudyException;
import org.ditlab.study.StudySpec;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;

/** Reads and writes the YAML form of a study; JSON, being YAML, is read as well. */
public final class StudyYaml {
    private StudyYaml() {}

    /**
     * Reads a study file with the knobs that are installed.
     *
     * @throws StudyException with all problems, each with {@code file:line:column}
     */
    public static StudySpec read(Path file) {
        return open(file, Knobs.installed()).spec();
    }

    /**
     * Reads a study from text.
     *
     * @param fileName for messages; when it ends in {@code .yaml} or {@code .yml}, {@code study:} must be equal to its stem
     * @throws StudyException with all problems, each with {@code file:line:column}
     */
    public static StudySpec read(String text, String fileName, Knobs known) {
        return open(text, fileName, known).spec();
    }

    /** Reads a study file, keeping where its variants stand; see {@link #read(Path)}. */
    public static StudyFile open(Path file, Knobs known) {
        return open(decode(bytes(file), file.toString()), file.toString(), known);
    }

    /** Reads a study from text, keeping where its variants stand; see {@link #read(String, String, Knobs)}. */
    public static StudyFile open(String text, String fileName, Knobs known) {
        if (text.length() > YamlNodes.MAX_LENGTH) {
            throw tooLarge(fileName);
        }
        String body = text.startsWith("\uFEFF") ? text.substring(1) : text;
        SourceText source = new SourceText(fileName, body);
        YamlProblems problems = new YamlProblems(source);
        return new StudyDecoder(source, problems, known).decode(new YamlNodes(source, problems).root(body));
    }

    /** A study as YAML that reads back as an equal study. */
    public static String write(StudySpec spec) {
        DumpSettings settings = DumpSettings.builder()
                .setDefaultFlowStyle(FlowStyle.AUTO)
                .setDereferenceAliases(true)
                .setWidth(120)
                .setSplitLines(false)
                .build();
        return new Dump(settings).dumpToString(plain(spec.toTree()));
    }

    /** The tree with real numbers as decimals, in their canonical spelling. */
    private static Object plain(Object value) {
        if (value instanceof Map<?, ?> map) {
            Map<Object, Object> copy = new LinkedHashMap<>();
            map.forEach((key, item) -> copy.put(key, plain(item)));
            return copy;
        }
        if (value instanceof List<?> list) {
            return list.stream().map(StudyYaml::plain).toList();
        }
        if (value instanceof Double real) {
            BigDecimal number = new BigDecimal(CanonicalJson.number(real));
            return number.scale() == 0 ? number.toBigInteger() : number;
        }
        return value;
    }

    private static byte[] bytes(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(YamlNodes.MAX_LENGTH + 1);
            if (bytes.length > YamlNodes.MAX_LENGTH) {
                throw tooLarge(file.toString());
            }
            return bytes;
        } catch (NoSuchFileException e) {
            throw new StudyException(file + ": there is no such file; expected a study in YAML");
        } catch (IOException e) {
            String why = Files.isDirectory(file) ? "it is a directory" : String.valueOf(e.getMessage());
            throw new StudyException(file + ": cannot be read (" + why + "); expected a study in YAML");
        }
    }

    private static StudyException tooLarge(String fileName) {
        return new StudyException(fileName + ": the file is larger than 1 MB; expected a study of a few kilobytes");
    }

    private static String decode(byte[] bytes, String fileName) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(buffer).toString();
        } catch (CharacterCodingException e) {
            int line = 1;
            for (int i = 0; i < buffer.position(); i++) {
                line += bytes[i] == '\n' ? 1 : 0;
            }
            throw new StudyException(fileName + ":" + line + ":1  byte " + buffer.position()
                    + " of the file is not UTF-8; expected a text file in UTF-8");
        }
    }
}
