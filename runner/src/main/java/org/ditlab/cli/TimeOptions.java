package org.ditlab.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import org.ditlab.run.BackendChoice;
import org.ditlab.run.Backends;
import org.ditlab.run.Share;
import org.ditlab.store.StudyDirectory;
import org.ditlab.study.StudyException;
import org.ditlab.study.plan.Estimates;
import org.ditlab.study.plan.Plan;
import org.ditlab.tensor.Device;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** For which run a plan's time is estimated. */
final class TimeOptions {
    @Option(
            names = "--workers",
            paramLabel = "N",
            description = "Estimate for so many trials at a time. Default: as `run`.")
    private @Nullable Integer workers;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Estimate for workers of so many threads. Default: as `run`.")
    private @Nullable Integer threads;

    @Option(
            names = "--backend",
            paramLabel = "NAME",
            description = "Estimate for this backend. Default: the best that works.")
    private @Nullable String backend;

    @Option(names = "--device", paramLabel = "cpu|cuda", description = "Default: the backend's best.")
    private @Nullable String device;

    @Option(
            names = "--calibrate",
            description =
                    "First measure some training steps and samples of the smallest and the largest variant, a few "
                            + "seconds, and remember them for this machine.")
    private boolean calibrate;

    @Option(
            names = "--max-hours",
            paramLabel = "HOURS",
            description = "Tell whether `run --max-hours` would begin. Hours of wall time.")
    private @Nullable Double maxHours;

    /**
     * Refuses numbers that make no sense.
     *
     * @throws StudyException with all problems
     */
    void check() {
        List<String> problems = new ArrayList<>();
        if (workers != null && workers < 1) {
            problems.add("--workers " + workers + ": expected a whole number from 1");
        }
        if (threads != null && threads < 1) {
            problems.add("--threads " + threads + ": expected a whole number from 1");
        }
        if (maxHours != null && !(maxHours > 0 && maxHours < 1e6)) {
            problems.add("--max-hours " + maxHours + ": expected a number above 0");
        }
        if (!problems.isEmpty()) {
            throw new StudyException(problems);
        }
    }

    /** The estimates, and what there is to say of them; measures first where asked. */
    Estimates estimates(Plan plan, StudyDirectory directory, PrintWriter err) throws IOException {
        TimeBudget budget = new TimeBudget(plan, directory, err);
        BackendChoice choice = choice();
        boolean gpu = choice != null && choice.device() == Device.CUDA;
        Share share = Share.foreseen(directory, plan.trials().size(), workers, threads, gpu);
        if (calibrate && choice != null) {
            budget.calibrate(choice, share.threads());
        }
        Estimates estimates = budget.estimates(choice, share);
        if (estimates.work(plan).isEmpty()) {
            estimates = estimates.and("est. time: not known, nothing like it was measured on this machine with "
                    + (share.threads() == 1 ? "1 thread" : share.threads() + " threads")
                    + " and this backend; `ditlab plan STUDY --calibrate` measures some steps, a few seconds");
        }
        return maxHours == null ? estimates : estimates.and(budget.verdict(estimates, maxHours));
    }

    /** Null where nothing computes here: the plan is worth looking at all the same. */
    private @Nullable BackendChoice choice() {
        try {
            return Backends.installed().choose(backend, device);
        } catch (StudyException none) {
            if (backend != null || device != null || calibrate) {
                throw none;
            }
            return null;
        }
    }
}
