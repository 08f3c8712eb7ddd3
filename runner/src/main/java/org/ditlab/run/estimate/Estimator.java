package org.ditlab.run.estimate;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.ditlab.run.Share;
import org.ditlab.run.estimate.TimeModel.Guess;
import org.ditlab.run.estimate.TimeModel.Source;
import org.ditlab.store.RungPlace;
import org.ditlab.store.StageProgress;
import org.ditlab.store.StudyDirectory;
import org.ditlab.store.TrialDirectory;
import org.ditlab.study.StudyException;
import org.ditlab.study.plan.Estimates;
import org.ditlab.study.plan.Plan;
import org.ditlab.study.plan.Stage;
import org.ditlab.study.plan.StageKind;
import org.ditlab.study.plan.StoppingPlan;
import org.ditlab.study.plan.Trial;
import org.jspecify.annotations.Nullable;

/** Estimates how long what is left of a plan takes, and says how well that would have worked so far. */
public final class Estimator {
    /** Of longer trials, workers' starts and first steps are a small part. */
    private static final double BRIEF_SECONDS = 60;

    private static final String BRIEF =
            "trials as short as these take longer, up to three times: starting a worker and its first, slow steps are"
                    + " not counted before some of the study have run";

    private final StudyDirectory study;
    private final List<Throughput> remembered;

    /**
     * For a study's directory, which need not be there.
     *
     * @param remembered what the machine took for other work, the newest last
     */
    public Estimator(StudyDirectory study, List<Throughput> remembered) {
        this.study = study;
        this.remembered = List.copyOf(remembered);
    }

    /**
     * The estimates for a plan.
     *
     * @param engine of every worker; null for another machine, which is then the one that most of the study was computed on
     */
    public Estimates of(Plan plan, @Nullable Engine engine, Share share) {
        StudyTimes times = StudyTimes.read(study, plan);
        Engine computing = engine == null ? usual(times.all()) : engine;
        List<Throughput> own = on(computing, times.all());
        List<Throughput> machine = on(computing, remembered);
        TimeModel model = new TimeModel(own, machine);
        Map<String, Double> seconds = new HashMap<>();
        Map<Source, Set<StageKind>> sources = new EnumMap<>(Source.class);
        Map<String, Work> works = new HashMap<>();
        Map<Work, Optional<Guess>> guessed = new HashMap<>();
        Set<String> counted = new HashSet<>();
        Optional<StoppingPlan> stopping = StoppingPlan.of(plan);
        for (Trial trial : plan.trials()) {
            double sum = 0;
            boolean known = true;
            if (!plan.cached(trial) && !ended(trial, stopping)) {
                for (Stage stage : trial.stages()) {
                    if (plan.done(stage) || !counted.add(stage.hash())) {
                        continue;
                    }
                    // Replicates of a variant are alike.
                    Work work = works.computeIfAbsent(
                            trial.variant() + "\n" + stage.label(),
                            key -> Work.of(stage, trial.settings(), plan.cost(trial)));
                    if (work.pieces() == 0) {
                        continue;
                    }
                    Optional<Guess> guess = guessed.computeIfAbsent(work, model::of);
                    known &= guess.isPresent();
                    if (guess.isPresent()) {
                        sources.computeIfAbsent(guess.get().source(), key -> EnumSet.noneOf(StageKind.class))
                                .add(stage.kind());
                        sum += guess.get().seconds() * work.pieces() * left(plan, stage, work);
                    }
                }
            }
            if (known) {
                seconds.put(trial.hash(), sum);
            }
        }
        List<String> remarks = new ArrayList<>();
        error(on(computing, times.finished()), machine).ifPresent(remarks::add);
        if (brief(seconds, own)) {
            remarks.add(BRIEF);
        }
        return new Estimates(seconds, share.workers(), share.threads(), basis(sources), remarks);
    }

    /** Whether some trials are so short that what is not counted matters, and none of the study tells by how much. */
    private static boolean brief(Map<String, Double> seconds, List<Throughput> own) {
        double longest =
                seconds.values().stream().mapToDouble(Double::doubleValue).max().orElse(0);
        return own.isEmpty() && longest > 0 && longest < BRIEF_SECONDS;
    }

    /** The part of a stage that is not done yet. */
    private double left(Plan plan, Stage stage, Work work) {
        double done = plan.begun(stage)
                .map(begun -> begun.step() / work.pieces())
                .orElseGet(() -> stage.kind() == StageKind.SAMPLE ? drawn(stage) : 0.0);
        return Math.max(0, 1 - done);
    }

    private double drawn(Stage stage) {
        try {
            return StageProgress.read(study.stage(stage))
                    .map(StageProgress::fraction)
                    .orElse(0.0);
        } catch (IOException unreadable) {
            return 0;
        }
    }

    private static List<Throughput> on(@Nullable Engine engine, List<Throughput> rows) {
        return rows.stream().filter(row -> row.engine().equals(engine)).toList();
    }

    private static @Nullable Engine usual(List<Throughput> rows) {
        return rows.stream()
                .collect(Collectors.groupingBy(Throughput::engine, Collectors.counting()))
                .entrySet()
                .stream()
                .max(Comparator.comparingLong(Map.Entry::getValue))
                .map(Map.Entry::getKey)
                .orElse(null);
    }

    /** {@code this study's own stages (train, sample); the rate of other stages (extractor, measure)}. */
    private static String basis(Map<Source, Set<StageKind>> sources) {
        return sources.entrySet().stream()
                .map(source -> source.getKey().words() + " ("
                        + source.getValue().stream().map(StageKind::word).collect(Collectors.joining(", ")) + ")")
                .collect(Collectors.joining("; "));
    }

    /**
     * What the estimates of finished trainings would have been without them, against what they took: {@code estimates of 4
     * finished trainings were off by 8 % (median), 21 % (worst)}. Empty while nothing else is known.
     */
    static Optional<String> error(List<Throughput> finished, List<Throughput> machine) {
        List<Throughput> trainings = finished.stream()
                .filter(row -> row.work().kind() == StageKind.TRAIN)
                .toList();
        double[] errors = trainings.stream()
                .map(left ->
                        without(left, trainings, machine).map(guess -> Math.abs(guess.seconds() / left.seconds() - 1)))
                .flatMap(Optional::stream)
                .mapToDouble(Double::doubleValue)
                .sorted()
                .toArray();
        if (errors.length == 0) {
            return Optional.empty();
        }
        return Optional.of(
                errors.length == 1
                        ? "the estimate of 1 finished training was off by " + percent(errors[0])
                        : "estimates of " + errors.length + " finished trainings were off by "
                                + percent(Median.of(errors)) + " (median), "
                                + percent(errors[errors.length - 1]) + " (worst)");
    }

    private static Optional<Guess> without(Throughput left, List<Throughput> own, List<Throughput> machine) {
        Function<List<Throughput>, List<Throughput>> others = rows ->
                rows.stream().filter(row -> !row.stage().equals(left.stage())).toList();
        return new TimeModel(others.apply(own), others.apply(machine)).of(left.work());
    }

    private static String percent(double part) {
        return String.format(Locale.ROOT, part < 0.1 ? "%.1f %%" : "%.0f %%", 100 * part);
    }

    /** Whether a run leaves the trial as it is; one that early stopping ended goes on where the policy is another by now. */
    private boolean ended(Trial trial, Optional<StoppingPlan> stopping) {
        TrialDirectory directory = study.trial(trial.hash());
        try {
            if (!directory.done()) {
                return false;
            }
            Optional<RungPlace> stopped = RungPlace.ofResult(directory.result());
            return stopped.isEmpty()
                    || stopping.isPresent()
                            && stopping.get()
                                    .policy()
                                    .hash()
                                    .equals(stopped.get().policy())
                            && stopping.get().stops(trial.stage(StageKind.TRAIN));
        } catch (IOException | StudyException damaged) {
            return false;
        }
    }
}
