package org.ditlab.study.plan;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.ditlab.study.StudySpec;
import org.ditlab.study.Text;
import org.ditlab.study.spi.DataSummary;

/** What is allowed but probably not meant. */
final class PlanWarnings {
    private static final double LEVEL = 0.05;

    /** An average that holds a larger share of the initial weights than this is hardly one of trained weights. */
    private static final double INITIAL = 0.1;

    private static final int NAMED = 8;

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
        initial(trials, warnings);
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

    /** After n steps the initial weights have the share decay^n of an average. */
    private static void initial(List<Trial> trials, List<String> warnings) {
        Map<String, Double> shares = new LinkedHashMap<>();
        for (Trial trial : trials) {
            boolean used = trial.stages().stream()
                    .anyMatch(stage -> stage.kind() == StageKind.SAMPLE || stage.kind() == StageKind.HELDOUT);
            Map<String, Object> settings = trial.settings().raw();
            double steps = settings.get("train.steps") instanceof Long number ? number : 0;
            double share = Math.pow(decay(settings), steps);
            if (used && steps > 0 && share > INITIAL) {
                shares.putIfAbsent(trial.variant(), 100 * share);
            }
        }
        if (shares.isEmpty()) {
            return;
        }
        String least = String.format(Locale.ROOT, "%.1f", Collections.min(shares.values()));
        String most = String.format(Locale.ROOT, "%.1f", Collections.max(shares.values()));
        String named = shares.keySet().stream().limit(NAMED).map(Text::quote).collect(Collectors.joining(", "));
        warnings.add((shares.size() == 1 ? "variant " : "variants ") + named
                + (shares.size() > NAMED ? " and " + (shares.size() - NAMED) + " more" : "") + ": "
                + (least.equals(most) ? least : least + " to " + most)
                + " % of the sampled average is the initial weights; lower train.ema-decay or train longer");
    }

    /** Of the average that is sampled; 0 where the weights themselves are. */
    private static double decay(Map<String, Object> settings) {
        String weights = String.valueOf(settings.getOrDefault(Extras.WEIGHTS, Extras.MAIN_AVERAGE));
        if (weights.equals(Extras.MAIN_AVERAGE)) {
            return settings.get("train.ema-decay") instanceof Double decay ? decay : 0;
        }
        return weights.equals("raw") ? 0 : Double.parseDouble(weights);
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
