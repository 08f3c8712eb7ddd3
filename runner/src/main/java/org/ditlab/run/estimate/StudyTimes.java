package org.ditlab.run.estimate;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.ditlab.run.MicroBatch;
import org.ditlab.store.JsonFile;
import org.ditlab.store.StageDirectory;
import org.ditlab.store.StageProgress;
import org.ditlab.store.StudyDirectory;
import org.ditlab.study.StudyException;
import org.ditlab.study.plan.Plan;
import org.ditlab.study.plan.Stage;
import org.ditlab.study.plan.StageKind;
import org.ditlab.study.plan.Trial;

/**
 * What the stages of a study's directory took.
 *
 * @param finished of stages that have a result
 * @param running of trainings and samplings that were begun
 */
record StudyTimes(List<Throughput> finished, List<Throughput> running) {
    /** Stages of a kind that are looked at; of more, the first of a plan have every variant among them. */
    private static final int MOST = 400;

    /** Fewer steps or images tell too little. */
    private static final long LEAST = 3;

    /** Reads them; what is damaged is passed over. */
    static StudyTimes read(StudyDirectory study, Plan plan) {
        List<Throughput> finished = new ArrayList<>();
        List<Throughput> running = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        Set<String> begun = begun(study);
        Map<StageKind, Integer> looked = new EnumMap<>(StageKind.class);
        for (Trial trial : plan.trials()) {
            for (Stage stage : trial.stages()) {
                if (!begun.contains(stage.id())
                        || !seen.add(stage.hash())
                        || looked.getOrDefault(stage.kind(), 0) >= MOST) {
                    continue;
                }
                StageDirectory directory = study.stage(stage);
                Work work = Work.of(stage, trial.settings(), plan.cost(trial));
                Optional<Throughput> row = plan.done(stage)
                        ? finished(directory, stage, trial, work)
                        : running(directory, stage, trial, work);
                row.ifPresent(plan.done(stage) ? finished::add : running::add);
                if (row.isPresent()) {
                    looked.merge(stage.kind(), 1, Integer::sum);
                }
            }
        }
        return new StudyTimes(List.copyOf(finished), List.copyOf(running));
    }

    /** Ids of the stages that there is a directory of. */
    private static Set<String> begun(StudyDirectory study) {
        Path stages = study.path().resolve("stages");
        if (!Files.isDirectory(stages)) {
            return Set.of();
        }
        try (Stream<Path> entries = Files.list(stages)) {
            return entries.map(entry -> entry.getFileName().toString()).collect(Collectors.toSet());
        } catch (IOException | UncheckedIOException unreadable) {
            return Set.of();
        }
    }

    /** Finished and running ones. */
    List<Throughput> all() {
        List<Throughput> all = new ArrayList<>(finished);
        all.addAll(running);
        return all;
    }

    private static Optional<Throughput> finished(StageDirectory directory, Stage stage, Trial trial, Work work) {
        try {
            Map<String, Object> result = directory.result();
            if (result.get("timing") instanceof Map<?, ?> timing && result.get("attempt") instanceof Integer attempt) {
                OptionalDouble seconds = finished(directory, trial, work, timing);
                return row(directory.attempt(attempt), stage, work, seconds);
            }
            return Optional.empty();
        } catch (IOException | StudyException damaged) {
            return Optional.empty();
        }
    }

    /**
     * Seconds of a piece of a finished stage. A training that memory made slower tells of no other; of one that went on from a
     * state, only the steps of its last attempt count: those before were another machine's, perhaps.
     */
    static OptionalDouble finished(StageDirectory directory, Trial trial, Work work, Map<?, ?> timing)
            throws IOException {
        if (work.kind() != StageKind.TRAIN) {
            return work.measured(trial.settings(), timing);
        }
        Optional<StageProgress> progress = StageProgress.read(directory);
        if (timing.containsKey("train.micro_batch")) {
            return OptionalDouble.empty();
        }
        // The first word of an attempt comes after its first step.
        return progress.isPresent() && progress.get().begun() > 1
                ? running(progress.get(), trial, work)
                : work.measured(trial.settings(), timing);
    }

    /** Seconds of a piece by what an attempt has said of itself. */
    private static OptionalDouble running(StageProgress progress, Trial trial, Work work) {
        long units = progress.done() - progress.begun();
        return units < LEAST ? OptionalDouble.empty() : work.running(trial.settings(), units, progress.seconds());
    }

    private static Optional<Throughput> running(StageDirectory directory, Stage stage, Trial trial, Work work) {
        try {
            Optional<StageProgress> progress = StageProgress.read(directory);
            if (progress.isEmpty() || Files.exists(directory.path().resolve(MicroBatch.FILE))) {
                return Optional.empty();
            }
            List<Integer> attempts = directory.attempts();
            return row(
                    directory.attempt(attempts.get(attempts.size() - 1)),
                    stage,
                    work,
                    running(progress.get(), trial, work));
        } catch (IOException damaged) {
            return Optional.empty();
        }
    }

    private static Optional<Throughput> row(Path attempt, Stage stage, Work work, OptionalDouble seconds)
            throws IOException {
        if (seconds.isEmpty()) {
            return Optional.empty();
        }
        Map<String, Object> provenance = JsonFile.read(attempt.resolve("provenance.json"));
        return Engine.of(provenance).map(engine -> new Throughput(engine, work, seconds.getAsDouble(), stage.id()));
    }
}
