package org.ditlab.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.ditlab.study.StudyException;
import org.ditlab.study.plan.Lineage;
import org.ditlab.study.plan.Stage;
import org.ditlab.study.plan.StageKind;
import org.ditlab.train.SavedState;

/**
 * A state of another training of the study that a training can go on from.
 *
 * @param stage the other training's directory
 * @param lineage the other training's
 * @param state not looked into yet: it may be damaged, or gone by then
 */
public record EarlierTraining(StageDirectory stage, Lineage lineage, SavedState state) {
    private static final Comparator<EarlierTraining> FURTHEST = Comparator.comparingLong(
                    (EarlierTraining earlier) -> earlier.state.step())
            .reversed()
            .thenComparing(EarlierTraining::id);

    /** {@code train-0123456789ab}. */
    public String id() {
        return stage.path().getFileName().toString();
    }

    /**
     * Those that a training can go on from, the furthest first: of the same lineage ({@link Lineage#canContinue}), finished or
     * not.
     */
    public static List<EarlierTraining> of(StudyDirectory study, Stage train) throws IOException {
        return Lineage.of(train).isEmpty() ? List.of() : among(byLineage(study), train);
    }

    /** {@link #of}, from what {@link #byLineage} found. */
    static List<EarlierTraining> among(Map<String, List<EarlierTraining>> all, Stage train) {
        Optional<Lineage> own = all.isEmpty() ? Optional.empty() : Lineage.of(train);
        return own.isEmpty()
                ? List.of()
                : all.getOrDefault(own.get().hash(), List.of()).stream()
                        .filter(other -> !other.id().equals(train.id()))
                        .filter(other -> own.get().canContinue(other.lineage, other.state.step()))
                        .sorted(FURTHEST)
                        .toList();
    }

    /** {@link #all}, by the hashes of their lineages. */
    static Map<String, List<EarlierTraining>> byLineage(StudyDirectory study) throws IOException {
        return all(study).stream().collect(Collectors.groupingBy(training -> training.lineage.hash()));
    }

    /** The states of all trainings of a study that have a lineage; of one that diverged there are none. */
    private static List<EarlierTraining> all(StudyDirectory study) throws IOException {
        Path stages = study.path().resolve("stages");
        List<EarlierTraining> found = new ArrayList<>();
        if (!Files.isDirectory(stages)) {
            return found;
        }
        List<Path> trainings;
        try (Stream<Path> all = Files.list(stages)) {
            trainings = all.filter(path -> path.getFileName().toString().startsWith(StageKind.TRAIN.word() + "-"))
                    .toList();
        }
        for (Path path : trainings) {
            StageDirectory training = new StageDirectory(path);
            List<SavedState> states = SavedState.in(path);
            Optional<Lineage> lineage = states.isEmpty() ? Optional.empty() : lineage(training);
            if (lineage.isPresent() && !diverged(training)) {
                states.forEach(state -> found.add(new EarlierTraining(training, lineage.get(), state)));
            }
        }
        return found;
    }

    private static Optional<Lineage> lineage(StageDirectory stage) throws IOException {
        return stage.description()
                .map(description -> description.get("identity"))
                .filter(Map.class::isInstance)
                .flatMap(identity -> Lineage.of(strings((Map<?, ?>) identity)));
    }

    /** Also where the result cannot be read: what it is of is not known then. */
    private static boolean diverged(StageDirectory stage) throws IOException {
        try {
            return stage.done()
                    && stage.result().get("metrics") instanceof Map<?, ?> metrics
                    && metrics.containsKey("diverged_at_step");
        } catch (StudyException | NoSuchFileException damaged) {
            return true;
        }
    }

    @SuppressWarnings("unchecked") // JSON objects are read as maps from strings.
    private static Map<String, Object> strings(Map<?, ?> map) {
        return (Map<String, Object>) map;
    }
}
