package org.ditlab.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import org.ditlab.run.BackendChoice;
import org.ditlab.run.Share;
import org.ditlab.run.estimate.Calibration;
import org.ditlab.run.estimate.Engine;
import org.ditlab.run.estimate.Estimator;
import org.ditlab.run.estimate.Throughput;
import org.ditlab.run.estimate.ThroughputFile;
import org.ditlab.store.StudyDirectory;
import org.ditlab.study.CanonicalJson;
import org.ditlab.study.StudyException;
import org.ditlab.study.Text;
import org.ditlab.study.plan.Estimates;
import org.ditlab.study.plan.Plan;
import org.jspecify.annotations.Nullable;

/** The estimate of what is left of a study, and whether it may be begun. Writes nothing into the study's directory. */
final class TimeBudget {
    private static final double HOUR = 3600;

    private final Plan plan;
    private final StudyDirectory directory;
    private final PrintWriter err;
    private final ThroughputFile file = ThroughputFile.standard();
    private List<Throughput> remembered = file.read();

    /** @param err what is measured is told to */
    TimeBudget(Plan plan, StudyDirectory directory, PrintWriter err) {
        this.plan = plan;
        this.directory = directory;
        this.err = err;
    }

    /** The estimates for workers of this machine, or of others where there is no choice of a backend. */
    Estimates estimates(@Nullable BackendChoice choice, Share share) {
        Engine engine = choice == null ? null : Engine.here(choice, share.threads());
        return new Estimator(directory, remembered).of(plan, engine, share);
    }

    /** Measures some steps on this machine, tells them and keeps them. */
    void calibrate(BackendChoice choice, int threads) {
        List<Throughput> measured = new ArrayList<>(remembered);
        for (Throughput row : Calibration.measure(plan, choice, threads)) {
            file.append(row);
            measured.add(row);
            err.printf(
                    Locale.ROOT,
                    "ditlab: measured %s: %.4f s for %.4f GMACs, %.1f GMACs a second%n",
                    row.work().kind().word(),
                    row.seconds(),
                    row.work().macs() / 1e9,
                    row.work().macs() / 1e9 / row.seconds());
        }
        err.println(file.path()
                .map(path -> "ditlab: kept in " + path)
                .orElse("ditlab: kept nowhere, as DITLAB_CACHE is none: it counts for this command only"));
        err.flush();
        remembered = List.copyOf(measured);
    }

    /** How long it will be against how long it may be. */
    private String sentence(Estimates estimates, double hours, double seconds) {
        return "about " + Estimates.clock(seconds) + " (" + estimates.share() + "; from " + estimates.basis()
                + ") against " + Estimates.clock(hours * HOUR);
    }

    /** Whether a run would be refused, as a line. */
    String verdict(Estimates estimates, double hours) {
        String option = "--max-hours " + CanonicalJson.number(hours) + ": ";
        OptionalDouble wall = estimates.wall(plan);
        if (wall.isEmpty()) {
            return option + "not known, `ditlab run` would measure some steps first";
        }
        boolean fits = wall.getAsDouble() <= hours * HOUR;
        return option
                + (wall.getAsDouble() == 0
                        ? "nothing is left to do"
                        : (fits ? "fits, " : "does not fit, `ditlab run` would refuse: ")
                                + sentence(estimates, hours, wall.getAsDouble()));
    }

    /**
     * Refuses what takes longer on this machine; measures some steps where nothing is known of it.
     *
     * @throws StudyException with the estimate, where it comes from, and what to do
     */
    void check(double hours, BackendChoice choice, Share share) {
        if (estimates(choice, share).wall(plan).isEmpty()) {
            err.println("ditlab: --max-hours: the speed of this machine is not known yet; measuring some steps of the "
                    + "smallest and the largest variant ...");
            err.flush();
            calibrate(choice, share.threads());
        }
        refuse(estimates(choice, share), hours);
    }

    private void refuse(Estimates estimates, double hours) {
        OptionalDouble wall = estimates.wall(plan);
        if (wall.isPresent() && wall.getAsDouble() > hours * HOUR) {
            throw new StudyException("--max-hours " + CanonicalJson.number(hours) + ": what is left of study "
                    + Text.quote(plan.spec().name()) + " takes longer, "
                    + sentence(estimates, hours, wall.getAsDouble())
                    + "; nothing was started. Allow more by --max-hours, plan fewer seeds, train.steps or variants, or give"
                    + " it more --workers where processors are free");
        }
    }
}
