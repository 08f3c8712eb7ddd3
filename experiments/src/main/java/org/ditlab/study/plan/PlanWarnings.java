package org.ditlab.study.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.ditlab.study.StudySpec;
import org.ditlab.study.spi.DataSummary;

/** What is allowed but probably not meant. */
final class PlanWarnings {
    private static final double LEVEL = 0.05;

    private PlanWarnings() {}

    static List<String> of(StudySpec spec, List<Trial> trials, List<DataSummary> sets) {
        List<String> warnings = new ArrayList<>();
        if (sets.stream().anyMatch(DataSummary::latent)) {
            boolean heldOut = trials.stream()
                    .anyMatch(trial -> Extras.of(trial.settings()).heldOut());
            warnings.add(
                    "latents need a decoder for sampling and measuring, which is missing: trials end after training,"
                            + " and the report shows losses"
                            + (heldOut
                                    ? ""
                                    : "; none are held out: data.held-out sets some aside for a held-out loss"));
        }
        sets.stream().flatMap(set -> set.notes().stream()).distinct().forEach(warnings::add);
        seeds(spec, warnings);
        samples(trials, warnings);
        return warnings;
    }

    /** The paired sign-flip test over n seeds has 2^n outcomes, so its two-sided p is never below 2^(1-n). */
    private static void seeds(StudySpec spec, List<String> warnings) {
        double least = Math.pow(2, 1 - spec.seeds());
        if (spec.comparison() == null || least <= LEVEL) {
            return;
        }
        int enough = spec.seeds();
        while (Math.pow(2, 1 - enough) > LEVEL) {
            enough++;
        }
        warnings.add("compare: with seeds: " + spec.seeds() + " a paired sign test cannot reach p < " + LEVEL
                + " (its least p is " + least + "); seeds: " + enough + " can, for a single comparison");
    }

    private static void samples(List<Trial> trials, List<String> warnings) {
        Map<String, Object> settings = trials.get(0).settings().raw();
        boolean sampled = trials.stream()
                .flatMap(trial -> trial.stages().stream())
                .anyMatch(stage -> stage.kind() == StageKind.SAMPLE);
        if (sampled
                && settings.get("sample.count") instanceof Long count
                && "classifier".equals(settings.get("measure.features"))
                && settings.get("measure.feature-dimensions") instanceof Long dimensions
                && count <= dimensions) {
            warnings.add("sample.count is " + count + ": FID over " + dimensions
                    + " feature dimensions needs more images than that, else its covariance is singular");
        }
    }
}
