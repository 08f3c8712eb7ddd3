package org.ditlab.run.halving;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.ditlab.metric.evaluation.MeasureKnobs;
import org.ditlab.store.EarlierTraining;
import org.ditlab.store.RungPlace;
import org.ditlab.store.StageDirectory;
import org.ditlab.store.StudyDirectory;
import org.ditlab.store.TrialDirectory;
import org.ditlab.study.RungMetric;
import org.ditlab.study.StudyException;
import org.ditlab.study.plan.Plan;
import org.ditlab.study.plan.Stage;
import org.ditlab.study.plan.StageKind;
import org.ditlab.study.plan.StoppingPlan;
import org.ditlab.study.plan.Trial;

/** Early stopping as one training sees it. The policy is read anew at every rung: the last {@code run} of the study says it. */
public final class Halving {
    private final StudyDirectory study;
    private final StageDirectory directory;
    private final String stage;
    private final Policy policy;
    private final Policy.Training training;
    private final int images;

    /** What a training is worth at a rung. */
    public interface Value {
        double measure() throws IOException, InterruptedException;
    }

    /** @param images what the held-out loss is a mean over */
    private Halving(StudyDirectory study, String stage, Policy policy, Policy.Training training, int images) {
        this.study = study;
        this.directory = study.stage(stage);
        this.stage = stage;
        this.policy = policy;
        this.training = training;
        this.images = images;
    }

    /** Leaves the plan's policy, or none, for workers; before any of them starts. */
    public static void write(StudyDirectory study, Plan plan) throws IOException {
        Policy.write(study, StoppingPlan.of(plan));
    }

    /** That of a training; empty for other stages, and where nothing is stopped or the training comes to no rung. */
    public static Optional<Halving> of(StudyDirectory study, Trial trial, Stage stage) throws IOException {
        return stage.kind() == StageKind.TRAIN
                ? of(study, stage.id(), trial.settings().get(MeasureKnobs.HELD_OUT_IMAGES))
                : Optional.empty();
    }

    private static Optional<Halving> of(StudyDirectory study, String stage, int images) throws IOException {
        Optional<Policy> policy = Policy.read(study);
        return policy.flatMap(
                one -> one.training(stage).map(training -> new Halving(study, stage, one, training, images)));
    }

    /**
     * Deletes a trial's result that says it was stopped, where it may go on: the policy or what it measures is another by now,
     * or its training done.
     */
    public static void reopen(StudyDirectory study, Trial trial) throws IOException {
        TrialDirectory directory = study.trial(trial.hash());
        Optional<RungPlace> stopped;
        try {
            stopped = directory.done() ? RungPlace.ofResult(directory.result()) : Optional.empty();
        } catch (StudyException damaged) {
            return;
        }
        if (stopped.isEmpty()) {
            return;
        }
        Stage train = trial.stage(StageKind.TRAIN);
        Optional<Halving> now = of(study, trial, train);
        boolean stays = !study.stage(train).done()
                && now.isPresent()
                && !now.get().training.spared()
                && now.get().policy.hash().equals(stopped.get().policy())
                && now.get().measured().equals(stopped.get().metric());
        if (!stays) {
            Files.deleteIfExists(directory.resultFile());
        }
    }

    /**
     * Refuses to go on with a training that was stopped under the present policy.
     *
     * @throws StoppedEarly when it was
     */
    public void refuseStopped() throws IOException, StoppedEarly {
        if (training.spared()) {
            return;
        }
        for (int rung : training.rungs()) {
            Optional<Decision> decision = Decision.read(directory, rung, policy.hash(), measured());
            if (decision.isPresent() && decision.get().stops()) {
                throw new StoppedEarly(decision.get());
            }
        }
    }

    /** Whether trainings are compared after so many steps. */
    public boolean at(long step) {
        return training.rungs().contains(Math.toIntExact(step));
    }

    /** What {@link Value} has to be. */
    public RungMetric metric() {
        return policy.metric();
    }

    /** The same as files name it: values that are means over different images do not compare. */
    private String measured() {
        String word = metric().word();
        return metric() == RungMetric.HELD_OUT ? word + " of " + images + " images" : word;
    }

    /**
     * Leaves a training's value at a rung, once, and compares it with those of its seed; the training has saved its state.
     *
     * @param seconds of training so far
     * @throws StoppedEarly when the training is to end here
     */
    public void reach(long step, Value value, double seconds) throws IOException, InterruptedException, StoppedEarly {
        Optional<Halving> present = of(study, stage, images);
        // Without a policy, or with one that compares otherwise, the training goes on; what comes next has its own
        // rungs.
        if (present.isPresent() && present.get().at(step) && present.get().metric() == metric()) {
            present.get().compare(step, value, seconds);
        }
    }

    private void compare(long step, Value value, double seconds)
            throws IOException, InterruptedException, StoppedEarly {
        String key = measured();
        RungFile.passed(directory, step);
        OptionalDouble known = RungFile.own(directory, step, key);
        double own = known.isPresent() ? known.getAsDouble() : value.measure();
        if (known.isEmpty()) {
            RungFile.write(directory, step, key, own);
        }
        if (training.spared()) {
            return;
        }
        Optional<Decision> before = Decision.read(directory, step, policy.hash(), key);
        Decision decision = before.isPresent()
                ? before.get()
                : Decision.of(policy.hash(), step, key, own, others(step, key), policy.factor(), seconds);
        if (before.isEmpty()) {
            decision.write(directory);
        }
        if (decision.stops()) {
            throw new StoppedEarly(decision);
        }
    }

    /** The values of the other trainings of the seed that have come to a rung. */
    private List<Double> others(long step, String key) throws IOException {
        List<Double> values = new ArrayList<>();
        for (Policy.Training other : policy.trainings()) {
            if (other.seed() == training.seed() && !other.stage().equals(stage)) {
                RungFile.read(study.stage(other.stage()), step, key).ifPresent(values::add);
            }
        }
        return values;
    }

    /** Leaves that the training's loss was not a number at a step: it comes last at the next rung. */
    public void diverged(long step) throws IOException {
        for (int rung : training.rungs()) {
            if (rung >= step) {
                RungFile.diverged(directory, rung);
                return;
            }
        }
    }

    /** Takes over what another training with the same first steps left at its rungs. */
    public void takeOver(EarlierTraining earlier) throws IOException {
        RungFile.copy(
                earlier.stage(), directory, training.rungs(), earlier.state().step());
    }
}
