package org.ditlab.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.ditlab.store.StudyDirectory;
import org.ditlab.study.Knobs;
import org.ditlab.study.Spelling;
import org.ditlab.study.StudyException;
import org.ditlab.study.StudySpec;
import org.ditlab.study.yaml.StudyFile;
import org.ditlab.study.yaml.StudyYaml;

/**
 * What STUDY means on the command line: a YAML file, a single-file Java program, a study's name under {@code --out}, or its
 * directory.
 *
 * @param file the study and where its parts stand
 * @param directory where its results lie, or will
 */
public record StudyReference(StudyFile file, Path directory) {
    public StudySpec spec() {
        return file.spec();
    }

    /**
     * Finds and reads a study.
     *
     * @param out the directory of studies' directories
     * @throws StudyException when there is none, or with all problems in it
     */
    public static StudyReference find(String study, Path out) {
        if (study.endsWith(".yaml") || study.endsWith(".yml")) {
            StudyFile file = StudyYaml.open(Path.of(study), Knobs.installed());
            return new StudyReference(file, out.resolve(file.spec().name()));
        }
        if (study.endsWith(".java")) {
            StudySpec spec = JavaStudy.read(Path.of(study));
            return new StudyReference(StudyFile.none(spec), out.resolve(spec.name()));
        }
        Path directory = directory(study, out);
        Path json = directory.resolve("study.json");
        try {
            StudyFile file = StudyYaml.open(Files.readString(json), json.toString(), Knobs.installed());
            return new StudyReference(file, directory);
        } catch (IOException e) {
            throw new StudyException(json + ": cannot be read: " + StudyDirectory.reason(e));
        }
    }

    /**
     * The directory of a study that has been run, without reading the study again where its name or directory is given.
     *
     * @throws StudyException when there is none
     */
    public static Path directory(String study, Path out) {
        if (study.endsWith(".yaml") || study.endsWith(".yml") || study.endsWith(".java")) {
            return StudyDirectory.open(find(study, out).directory()).path();
        }
        for (Path directory : List.of(Path.of(study), out.resolve(study))) {
            if (StudyDirectory.isStudy(directory)) {
                return directory;
            }
        }
        if (Files.isRegularFile(Path.of(study))) {
            throw new StudyException(study + ": expected a study in a .yaml or .java file");
        }
        throw new StudyException("there is no study \"" + study + "\" under " + out + remark(study, out)
                + "; expected a YAML or Java file, the name of a study there, or its directory");
    }

    /** Whether this names a study or its file; what is in it is not read. */
    public static boolean exists(String study, Path out) {
        Path path = Path.of(study);
        return Files.isRegularFile(path) || StudyDirectory.isStudy(path) || StudyDirectory.isStudy(out.resolve(study));
    }

    private static String remark(String study, Path out) {
        if (!Files.isDirectory(out)) {
            return "";
        }
        try (Stream<Path> entries = Files.list(out)) {
            List<String> names = entries.filter(StudyDirectory::isStudy)
                    .map(entry -> entry.getFileName().toString())
                    .toList();
            String near = Spelling.remark(study, names);
            return near.isEmpty() ? "" : "; " + near;
        } catch (IOException e) {
            return "";
        }
    }
}
