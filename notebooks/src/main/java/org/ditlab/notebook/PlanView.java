package org.ditlab.notebook;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.ditlab.model.ModelCost;
import org.ditlab.study.plan.Plan;
import org.ditlab.study.plan.SolvedMatch;
import org.ditlab.study.plan.Stage;
import org.ditlab.study.plan.Trial;

/** A plan with one row per variant; {@code ditlab plan} has one per trial. */
final class PlanView {
    private PlanView() {}

    static String html(Plan plan) {
        HtmlGrid grid = new HtmlGrid()
                .names("variant")
                .column("seeds", "trials of the variant", true)
                .column("done", "trials with all results", true)
                .column("params", "parameters while it trains", true)
                .column("GMACs", "multiply-accumulates of one forward pass of the folded model at batch 1, 10^9", true)
                .column("training GMACs", "of one whole training: 3 x batch x steps x a forward pass", true)
                .column("est. memory", "of one training on a CPU", true);
        Map<String, List<Trial>> variants = new LinkedHashMap<>();
        plan.trials()
                .forEach(trial -> variants.computeIfAbsent(trial.variant(), name -> new ArrayList<>())
                        .add(trial));
        variants.forEach((name, trials) -> {
            Trial first = trials.get(0);
            ModelCost cost = plan.cost(first);
            grid.row(List.of(
                    name,
                    String.valueOf(trials.size()),
                    String.valueOf(trials.stream().filter(plan::cached).count()),
                    String.format(Locale.ROOT, "%,d", cost.parameters()),
                    number(cost.macs() / 1e9),
                    number(plan.trainingMacs(first) / 1e9),
                    String.format(Locale.ROOT, "%,.0f MB", plan.memoryBytes(first) / 1e6)));
        });
        plan.matches().stream().map(SolvedMatch::sentence).forEach(grid::note);
        List<Stage> stages = plan.stages();
        long done = stages.stream().filter(plan::done).count();
        grid.note(plan.trials().size() + " trials of " + stages.size() + " stages, " + done + " of them done; data: "
                + plan.data().name() + (plan.data().given() ? "" : " (not given)"));
        plan.missing().forEach(missing -> grid.note("cannot run yet: " + missing));
        plan.warnings().forEach(warning -> grid.note("warning: " + warning));
        return HtmlGrid.heading("Plan of " + plan.spec().name()) + grid.html();
    }

    /** Four digits that count, without a power of ten. */
    private static String number(double value) {
        if (value == 0) {
            return "0";
        }
        int digits = Math.max(0, 3 - (int) Math.floor(Math.log10(Math.abs(value))));
        return String.format(Locale.ROOT, "%,." + Math.min(digits, 6) + "f", value);
    }
}
