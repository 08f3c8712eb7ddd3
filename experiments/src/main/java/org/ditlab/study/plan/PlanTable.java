package org.ditlab.study.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import org.ditlab.model.ModelCost;
import org.ditlab.model.inspect.Columns;
import org.ditlab.model.inspect.Json;
import org.ditlab.study.CanonicalJson;
import org.ditlab.study.PlanGroup;
import org.ditlab.study.Variant;
import org.ditlab.study.spi.Begun;
import org.jspecify.annotations.Nullable;

/** A plan as a table, one row per trial, those of a variant together: aligned text to read, CSV and JSON for programs. */
public final class PlanTable {
    private static final double MEGA = 1e6;
    private static final double GIGA = 1e9;
    private static final double MANY = 1e7;
    private static final int MOST_DIGITS = 4;

    /** Numbers that were written before: trials that differ in their seed have the same. */
    private final Map<Double, String> written = new HashMap<>();

    private final Plan plan;
    private final @Nullable Estimates estimates;

    public PlanTable(Plan plan) {
        this(plan, null);
    }

    /** The same with the time that each trial will take, where there are estimates. */
    public PlanTable(Plan plan, @Nullable Estimates estimates) {
        this.plan = plan;
        this.estimates = estimates;
    }

    /**
     * Aligned columns. GMACs are of one forward pass of the folded model at batch 1; training GMACs are of the whole
     * training, 3 x batch x steps x a forward pass of the graph that trains; memory and the time that is left are estimates.
     */
    public String text() {
        List<Stage> stages = plan.stages();
        long done = stages.stream().filter(plan::done).count();
        boolean reused =
                done > 0 || stages.stream().anyMatch(stage -> plan.begun(stage).isPresent());
        List<String> names = new ArrayList<>(
                List.of("variant", "seed", "trial", "cached", "params", "GMACs", "training GMACs", "est. memory"));
        if (estimates != null) {
            names.add("est. time");
        }
        if (reused) {
            names.add("re-used");
        }
        Columns columns = new Columns(names.toArray(String[]::new));
        for (Trial trial : ordered()) {
            ModelCost cost = plan.cost(trial);
            List<String> row = new ArrayList<>(List.of(
                    trial.variant(),
                    String.valueOf(trial.seed()),
                    trial.id(),
                    cached(trial),
                    count(cost.parameters()),
                    decimal(cost.macs() / GIGA),
                    decimal(plan.trainingMacs(trial) / GIGA),
                    bytes(plan.memoryBytes(trial))));
            if (estimates != null) {
                OptionalDouble seconds = estimates.of(trial);
                row.add(seconds.isEmpty() ? "?" : Estimates.clock(seconds.getAsDouble()));
            }
            if (reused) {
                row.add(reused(trial));
            }
            columns.row(row.toArray(String[]::new));
        }
        List<String> lines =
                List.of(columns.text(0, 2, 3, names.indexOf("re-used")).split("\n"));
        List<String> variants = ordered().stream().map(Trial::variant).toList();
        StringBuilder text = new StringBuilder(
                new GroupHeadings(plan.groups()).text(lines.get(0), lines.subList(1, lines.size()), variants));
        for (SolvedMatch match : plan.matches()) {
            text.append(match == plan.matches().get(0) ? "\n" : "")
                    .append(match.sentence())
                    .append('\n');
        }
        text.append('\n')
                .append(plan.trials().size())
                .append(plan.trials().size() == 1 ? " trial of " : " trials of ")
                .append(stages.size())
                .append(" stages, ")
                .append(done)
                .append(" of them done, ")
                .append(stages.size() - done)
                .append(" to run; data: ")
                .append(plan.data().name())
                .append(plan.data().given() ? "\n" : " (not given)\n");
        StoppingPlan.of(plan)
                .ifPresent(stopping -> text.append(stopping.sentence()).append('\n'));
        return text.append(longest()).append(time()).toString();
    }

    /** What is left in all, and what there is to say of it. */
    private String time() {
        if (estimates == null) {
            return "";
        }
        StringBuilder text = new StringBuilder();
        OptionalDouble work = estimates.work(plan);
        if (work.isPresent() && work.getAsDouble() > 0) {
            text.append("estimated: ")
                    .append(Estimates.clock(work.getAsDouble()))
                    .append(" of work to do, ")
                    .append(Estimates.clock(estimates.wall(plan).orElseThrow()))
                    .append(" with ")
                    .append(estimates.share())
                    .append(" here; from ")
                    .append(estimates.basis())
                    .append('\n');
        }
        estimates.remarks().forEach(remark -> text.append(remark).append('\n'));
        return text.toString();
    }

    /** The stages of the trial that has most, where it does more than train, sample and measure. */
    private String longest() {
        List<Stage> most = plan.trials().stream()
                .map(Trial::stages)
                .max(Comparator.comparingInt(List::size))
                .orElse(List.of());
        boolean more = most.stream().anyMatch(stage -> stage.kind().compareTo(StageKind.MEASURE) > 0)
                || most.stream().anyMatch(stage -> stage.snapshot() > 0);
        return more
                ? "stages of a trial: " + most.stream().map(Stage::label).collect(Collectors.joining(", ")) + "\n"
                : "";
    }

    /** One header line, one row per trial, plain numbers. */
    public String csv() {
        StringBuilder text = new StringBuilder();
        for (Map<String, Object> row : records()) {
            if (text.length() == 0) {
                text.append(String.join(",", row.keySet())).append('\n');
            }
            text.append(String.join(
                            ",", row.values().stream().map(PlanTable::cell).toList()))
                    .append('\n');
        }
        return text.toString();
    }

    /** An object with the study, its data, one object per trial, the solved matches, the groups, and the warnings. */
    public String json() {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("name", plan.data().name());
        data.put("fingerprint", plan.data().fingerprint());
        data.put("images", plan.data().count());
        data.put("latent", plan.data().latent());
        data.put("given", plan.data().given());
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("study", plan.spec().name());
        tree.put("hash", plan.spec().hash());
        tree.put("data", data);
        tree.put("trials", records());
        tree.put("matches", plan.matches().stream().map(PlanTable::match).toList());
        tree.put("groups", plan.groups().stream().map(PlanGroup::tree).toList());
        StoppingPlan.of(plan).ifPresent(stopping -> tree.put("early_stopping", stopping.tree()));
        tree.put("warnings", plan.warnings());
        if (estimates != null) {
            tree.put("estimate", estimate(estimates));
        }
        return Json.text(tree);
    }

    private Map<String, Object> estimate(Estimates said) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("seconds", orNull(said.work(plan)));
        tree.put("wall_seconds", orNull(said.wall(plan)));
        tree.put("workers", said.workers());
        tree.put("threads", said.threads());
        tree.put("basis", said.basis());
        tree.put("remarks", said.remarks());
        return tree;
    }

    private static @Nullable Double orNull(OptionalDouble number) {
        return number.isPresent() ? number.getAsDouble() : null;
    }

    private List<Map<String, Object>> records() {
        List<Map<String, Object>> records = new ArrayList<>();
        for (Trial trial : ordered()) {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("variant", trial.variant());
            row.put("replicate", trial.replicate());
            row.put("seed", trial.seed());
            row.put("trial", trial.hash());
            row.put("cached", plan.cached(trial));
            row.putAll(TrialJson.cost(plan.cost(trial)));
            row.put("training_macs", plan.trainingMacs(trial));
            row.put("memory_bytes", (long) plan.memoryBytes(trial));
            Optional<Begun> begun = plan.begun(trial.stage(StageKind.TRAIN));
            row.put("stages", trial.stages().size());
            row.put("stages_done", trial.stages().stream().filter(plan::done).count());
            row.put("train_from", begun.map(Begun::stage).orElse(""));
            row.put("train_from_step", begun.map(Begun::step).orElse(0L));
            if (estimates != null) {
                row.put("seconds", orNull(estimates.of(trial)));
            }
            records.add(row);
        }
        return records;
    }

    private static Map<String, Object> match(SolvedMatch match) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("variant", match.variant());
        row.put("target", match.match().target().raw());
        row.put("target_macs", match.target());
        row.put("within_percent", match.match().percent());
        row.put("knob", match.solution().setting().knob().name());
        row.put("value", match.solution().setting().raw());
        row.put("macs", match.solution().macs());
        row.put("deviation_percent", match.deviationPercent());
        return row;
    }

    private List<Trial> ordered() {
        Map<String, List<Trial>> byVariant = new LinkedHashMap<>();
        for (Variant variant : plan.variants()) {
            byVariant.put(variant.name(), new ArrayList<>());
        }
        plan.trials().forEach(trial -> byVariant.get(trial.variant()).add(trial));
        return byVariant.values().stream().flatMap(List::stream).toList();
    }

    private String cached(Trial trial) {
        long done = trial.stages().stream().filter(plan::done).count();
        if (done == trial.stages().size()) {
            return "yes";
        }
        return done == 0 ? "no" : done + " of " + trial.stages().size();
    }

    /** {@code extractor cached; train continues train-0123456789ab at step 1000; sample, measure new}. */
    private String reused(Trial trial) {
        List<String> cached = new ArrayList<>();
        List<String> begun = new ArrayList<>();
        List<String> anew = new ArrayList<>();
        for (Stage stage : trial.stages()) {
            if (plan.done(stage)) {
                cached.add(stage.label());
            } else {
                plan.begun(stage)
                        .ifPresentOrElse(
                                state -> begun.add(stage.label() + " " + goesOn(stage, state)),
                                () -> anew.add(stage.label()));
            }
        }
        List<String> parts = new ArrayList<>();
        if (!cached.isEmpty()) {
            parts.add((anew.isEmpty() && begun.isEmpty() ? "all" : String.join(", ", cached)) + " cached");
        }
        parts.addAll(begun);
        if (!anew.isEmpty()) {
            parts.add((cached.isEmpty() && begun.isEmpty() ? "all" : String.join(", ", anew)) + " new");
        }
        return String.join("; ", parts);
    }

    private static String goesOn(Stage stage, Begun state) {
        return state.stage().equals(stage.id())
                ? "resumes at step " + state.step()
                : "continues " + state.stage() + " at step " + state.step();
    }

    private static String cell(@Nullable Object value) {
        if (value == null) {
            return "";
        }
        String text = value instanceof Double real ? CanonicalJson.number(real) : String.valueOf(value);
        boolean plain = text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
        return plain ? text : "\"" + text.replace("\"", "\"\"") + "\"";
    }

    private String count(long number) {
        if (number < 100_000) {
            return String.valueOf(number);
        }
        return number < GIGA ? decimal(number / MEGA) + " M" : decimal(number / GIGA) + " G";
    }

    private String bytes(double number) {
        return number < GIGA ? decimal(number / MEGA) + " MB" : decimal(number / GIGA) + " GB";
    }

    /** Three significant digits or more. */
    private String decimal(double number) {
        return written.computeIfAbsent(number, PlanTable::format);
    }

    private static String format(double number) {
        if (number >= MANY) {
            return String.format(Locale.ROOT, "%.2e", number);
        }
        int digits = 0;
        for (double bound = 100; bound > number && digits < MOST_DIGITS; bound /= 10) {
            digits++;
        }
        return String.format(Locale.ROOT, "%." + digits + "f", number);
    }
}
