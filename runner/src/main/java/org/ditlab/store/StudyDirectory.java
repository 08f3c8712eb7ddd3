package org.ditlab.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.ditlab.study.StudyException;
import org.ditlab.study.plan.Stage;
import org.ditlab.study.plan.Trial;
import org.ditlab.study.spi.Begun;
import org.ditlab.study.spi.Cached;
import org.ditlab.train.SavedState;
import org.jspecify.annotations.Nullable;

/**
 * One study on disk: {@code study.json}, {@code plan.json} (the order of its trials), {@code stages/} and {@code
 * trials/}. Plain files, to be copied as they are.
 */
public final class StudyDirectory {
    private static final Pattern HASH = Pattern.compile("[0-9a-f]{12,128}");

    private final Path path;

    private StudyDirectory(Path path) {
        this.path = path;
    }

    /**
     * Makes the directories that are missing.
     *
     * @throws StudyException when something else stands there or it cannot be written; no file of it is left behind then
     */
    public static StudyDirectory create(Path path) {
        try {
            Files.createDirectories(path.resolve("stages"));
            Files.createDirectories(path.resolve("trials"));
            // Whether files can be written is only known by writing one.
            Files.delete(Files.createTempFile(path, ".writable", ".tmp"));
            return new StudyDirectory(path);
        } catch (IOException e) {
            throw new StudyException(path + ": cannot be used as the study's directory: " + reason(e)
                    + "; choose another place by --out");
        }
    }

    /**
     * Opens what {@link #create} made.
     *
     * @throws StudyException when this is no study's directory
     */
    public static StudyDirectory open(Path path) {
        if (!isStudy(path)) {
            throw new StudyException(path + ": no study's directory (it has no study.json); "
                    + "name a directory that `ditlab run` made");
        }
        return new StudyDirectory(path);
    }

    /** The directory of a study that may not have been run yet; creates and checks nothing. */
    public static StudyDirectory at(Path path) {
        return new StudyDirectory(path);
    }

    public static boolean isStudy(Path path) {
        return Files.isRegularFile(path.resolve("study.json"));
    }

    /** What went wrong, in words for a person: an exception's message often is only the file's name. */
    public static String reason(IOException e) {
        if (e instanceof java.nio.file.FileAlreadyExistsException exists) {
            return exists.getFile() + " is a file";
        }
        if (e instanceof java.nio.file.AccessDeniedException denied) {
            return "no permission for " + denied.getFile();
        }
        if (e instanceof java.nio.file.NoSuchFileException missing) {
            return missing.getFile() + " does not exist";
        }
        if (e instanceof FileSystemException failed && failed.getReason() != null) {
            return failed.getFile() + ": " + failed.getReason();
        }
        String message = e.getMessage();
        return message == null ? e.getClass().getSimpleName() : message;
    }

    public Path path() {
        return path;
    }

    /** Writes {@code study.json} and {@code plan.json}: the canonical spec, and the hashes of its trials in order. */
    public void writePlan(Map<String, ?> spec, List<String> trials) throws IOException {
        writePlan(spec, trials, List.of());
    }

    /** The same with the groups of variants, as reports read them. */
    public void writePlan(Map<String, ?> spec, List<String> trials, List<Map<String, Object>> groups)
            throws IOException {
        JsonFile.write(path.resolve("study.json"), spec);
        Map<String, Object> plan = new LinkedHashMap<>();
        plan.put("trials", trials);
        if (!groups.isEmpty()) {
            plan.put("groups", groups);
        }
        JsonFile.write(path.resolve("plan.json"), plan);
    }

    /** The canonical spec. */
    public Map<String, Object> spec() throws IOException {
        return JsonFile.read(path.resolve("study.json"));
    }

    /** Keeps how {@code run} was called last, in {@code run.json}: who finds a failed trial can say what runs it again. */
    public void writeCommand(RunCommand command) throws IOException {
        JsonFile.write(path.resolve(RunCommand.FILE), command.json());
    }

    /** How {@code run} was called last; empty when nobody has kept it. */
    public Optional<RunCommand> command() {
        return RunCommand.read(path.resolve(RunCommand.FILE));
    }

    /** Whether this may be the hash of a trial or a stage: what comes from a file and is none could lead out of the study. */
    public static boolean isHash(String text) {
        return HASH.matcher(text).matches();
    }

    /** {@code trials/<hash12>}. */
    public TrialDirectory trial(String hash) {
        return new TrialDirectory(path.resolve("trials").resolve(hash.substring(0, 12)));
    }

    /** {@code stages/<kind>-<hash12>}. */
    public StageDirectory stage(Stage stage) {
        return stage(stage.id());
    }

    /** By the directory's name, {@code train-0123456789ab}. */
    public StageDirectory stage(String id) {
        return new StageDirectory(path.resolve("stages").resolve(id));
    }

    /**
     * Reads the results that these trials count on: their own, or those of their stages.
     *
     * @throws StudyException with all that are damaged, each with its remedy
     */
    public void checkResults(List<Trial> trials) throws IOException {
        List<String> problems = new ArrayList<>();
        Set<Path> seen = new HashSet<>();
        for (Trial trial : isStudy(path) ? trials : List.<Trial>of()) {
            TrialDirectory directory = trial(trial.hash());
            List<Path> results = directory.done()
                    ? List.of(directory.resultFile())
                    : trial.stages().stream()
                            .map(stage -> stage(stage).resultFile())
                            .toList();
            for (Path result : results) {
                if (seen.add(result) && Files.isRegularFile(result)) {
                    try {
                        JsonFile.read(result);
                    } catch (StudyException damaged) {
                        problems.addAll(damaged.problems());
                    }
                }
            }
        }
        if (!problems.isEmpty()) {
            throw new StudyException(problems);
        }
    }

    /** Tells the planner which stages have a result here, and how far trainings are that have none. */
    public Cached cached() {
        return new Cached() {
            private @Nullable Map<String, List<EarlierTraining>> trainings;

            @Override
            public boolean done(Stage stage) {
                return stage(stage).done();
            }

            @Override
            public Optional<Begun> begun(Stage stage) {
                try {
                    if (trainings == null) {
                        trainings = EarlierTraining.byLineage(StudyDirectory.this);
                    }
                    return StudyDirectory.this.begun(stage, trainings);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        };
    }

    /** Its own newest state, or that of a shorter training where it is further. */
    private Optional<Begun> begun(Stage stage, Map<String, List<EarlierTraining>> trainings) throws IOException {
        Path directory = stage(stage).path();
        List<SavedState> own = Files.isDirectory(directory) ? SavedState.in(directory) : List.of();
        Optional<Begun> begun = own.stream().findFirst().map(state -> new Begun(stage.id(), state.step()));
        long step = begun.map(Begun::step).orElse(0L);
        return EarlierTraining.among(trainings, stage).stream()
                .findFirst()
                .filter(earlier -> earlier.state().step() > step)
                .map(earlier -> new Begun(earlier.id(), earlier.state().step()))
                .or(() -> begun);
    }
}
