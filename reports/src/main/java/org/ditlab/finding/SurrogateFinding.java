package org.ditlab.finding;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.ditlab.statistics.surrogate.Candidate;
import org.ditlab.statistics.surrogate.Surrogate;
import org.ditlab.statistics.surrogate.SurrogateKind;
import org.ditlab.study.Variant;
import org.ditlab.summary.StudySummary;
import org.ditlab.summary.VariantSummary;
import org.ditlab.table.Figures;
import org.ditlab.table.ReportTable;

/** Which knobs matter, by models of the metric over the knobs, and what to try next. */
final class SurrogateFinding {
    private static final int SUGGESTED = 5;
    private static final int ROWS = 30;
    /** A sentence names no knob whose importance is below this part of the mean's error. */
    private static final double MATTERS = 0.01;

    private static final String STEPS = "train.steps";
    private static final String PLAIN = "[A-Za-z][A-Za-z0-9-]*";

    private SurrogateFinding() {}

    private record Ranked(String name, double linear, double forest) {}

    private record Next(String name, Map<String, Object> change, Candidate candidate) {}

    static Optional<Finding> of(StudySummary study, Measure measure) {
        if (measure.variants().size() < Surrogate.FEWEST) {
            return Optional.empty();
        }
        Factors factors = Factors.of(measure);
        double[] values = factors.design().values();
        if (factors.design().factors().isEmpty()
                || IntStream.range(0, values.length).allMatch(i -> values[i] == values[0])) {
            return Optional.empty();
        }
        Surrogate surrogate = Surrogate.of(factors.design(), SUGGESTED);
        String id = "surrogate" + measure.suffix();
        List<Next> next = next(study, measure, factors, surrogate);
        List<String> sentences = new ArrayList<>();
        sentences.add(quality(measure, surrogate));
        List<ReportTable> tables = new ArrayList<>();
        if (surrogate.useful()) {
            List<Ranked> ranked = ranked(surrogate);
            sentences.add(
                    "What the " + surrogate.better().words() + " needs most: " + most(ranked, surrogate)
                            + ". Knobs that always change together are one; importance is of the model and no proof of a cause.");
            tables.add(importance(id, ranked, measure));
        }
        Map<String, String> files = new TreeMap<>();
        if (!next.isEmpty()) {
            sentences.add("Next, where the trees disagree most or promise most"
                    + (surrogate.useful() ? "" : " (by disagreement alone; the forest is no guide to what is good)")
                    + ": " + yaml(next.get(0).change()) + ". To try all " + next.size() + ", paste " + id
                    + "-next.yaml into the study"
                    + (study.parts().isEmpty() ? "" : " " + study.parts().get(0).name())
                    + ", or under its also: where it has a list; ditlab plan says first which of them"
                    + " can be built.");
            tables.add(suggestions(id, next, measure));
            files.put(id + "-next.yaml", list(next));
        }
        files.put(id + ".json", json(measure, surrogate, next));
        return Optional.of(new Finding(id, "Which knobs matter for " + measure.label(), sentences, tables, files));
    }

    private static String quality(Measure measure, Surrogate surrogate) {
        SurrogateKind better = surrogate.better();
        SurrogateKind other = better == SurrogateKind.LINEAR ? SurrogateKind.FOREST : SurrogateKind.LINEAR;
        String errors = "Over " + surrogate.design().values().length + " variants and "
                + surrogate.design().factors().size()
                + (surrogate.design().factors().size() == 1 ? " knob" : " knobs or groups of knobs") + ", "
                + surrogate.validated() + ", a " + better.words() + " predicts " + measure.label() + " with a root mean"
                + " square error of " + Figures.significant(surrogate.error(better)) + ", a " + other.words() + " with "
                + Figures.significant(surrogate.error(other)) + "; predicting the mean of the other variants has "
                + Figures.significant(surrogate.errorOfTheMean()) + ".";
        return surrogate.useful()
                ? errors
                : errors + " Neither is better than the mean, so that no ranking of knobs is given.";
    }

    private static List<Ranked> ranked(Surrogate surrogate) {
        List<Ranked> ranked = new ArrayList<>();
        for (int f = 0; f < surrogate.design().factors().size(); f++) {
            ranked.add(new Ranked(
                    surrogate.design().factors().get(f).name(),
                    importance(surrogate, SurrogateKind.LINEAR, f),
                    importance(surrogate, SurrogateKind.FOREST, f)));
        }
        boolean linear = surrogate.better() == SurrogateKind.LINEAR;
        ranked.sort(Comparator.comparingDouble(row -> linear ? -row.linear() : -row.forest()));
        return ranked;
    }

    private static double importance(Surrogate surrogate, SurrogateKind kind, int factor) {
        return Objects.requireNonNull(surrogate.importance().get(kind)).get(factor);
    }

    private static String most(List<Ranked> ranked, Surrogate surrogate) {
        boolean linear = surrogate.better() == SurrogateKind.LINEAR;
        return String.join(
                ", ",
                ranked.stream()
                        .limit(3)
                        .filter(row -> row == ranked.get(0)
                                || (linear ? row.linear() : row.forest()) > MATTERS * surrogate.errorOfTheMean())
                        .map(row -> row.name() + " (its error grows by "
                                + Figures.significant(linear ? row.linear() : row.forest()) + " without it)")
                        .toList());
    }

    private static ReportTable importance(String id, List<Ranked> ranked, Measure measure) {
        List<Ranked> shown = ranked.subList(0, Math.min(ROWS, ranked.size()));
        return new Columns<>(shown)
                .text("Knob", "Knobs that always change together stand as one.", Ranked::name)
                .number(
                        "Importance (forest)",
                        "By how much the forest's error on held-out variants grows when the knob's value is exchanged for"
                                + " those of other variants, in units of " + measure.label()
                                + "; about 0 for what does not"
                                + " matter.",
                        Ranked::forest)
                .number("Importance (linear)", "The same for the linear model.", Ranked::linear)
                .table(
                        id,
                        "Permutation importance of knobs for " + measure.label() + ", on held-out variants"
                                + (shown.size() < ranked.size()
                                        ? ", the first " + shown.size() + " of " + ranked.size()
                                        : "")
                                + ".");
    }

    private static ReportTable suggestions(String id, List<Next> next, Measure measure) {
        return new Columns<>(next)
                .text("Next", "The name in the file to paste.", Next::name)
                .text("Change of the base", "As a study file writes it.", row -> yaml(row.change()))
                .number(
                        "Predicted",
                        "Mean of the forest's trees.",
                        row -> row.candidate().mean())
                .number(
                        "Disagreement",
                        "Standard deviation of the trees' predictions.",
                        row -> row.candidate().disagreement())
                .number(
                        "Score",
                        "Disagreement plus by how much the prediction lies below the best variant so far.",
                        row -> row.candidate().score())
                .table(
                        id + "-next",
                        "Untried combinations of values that were tried, one or two knobs away from the best variants;"
                                + " predicted " + measure.label() + ".");
    }

    private static List<Next> next(StudySummary study, Measure measure, Factors factors, Surrogate surrogate) {
        // Of several studies the first, into which the list is pasted.
        List<VariantSummary> own = study.studies().get(0).variants();
        VariantSummary base = own.stream()
                .filter(variant -> variant.name().equals(Variant.BASE))
                .findFirst()
                .or(() -> own.stream().filter(VariantSummary::untrained).findFirst())
                .orElse(own.get(0));
        List<Next> next = new ArrayList<>();
        for (Candidate candidate : surrogate.candidates()) {
            Map<String, Object> settings =
                    new TreeMap<>(measure.variants().get(candidate.from()).settings());
            for (int f = 0; f < candidate.levels().length; f++) {
                factors.knobs().get(f).forEach(settings::remove);
                settings.putAll(factors.levels().get(f).get(candidate.levels()[f]));
            }
            boolean varied = factors.knobs().stream().anyMatch(knobs -> knobs.contains(STEPS));
            Map<String, Object> change = new TreeMap<>();
            settings.forEach((knob, value) -> {
                boolean untrained = base.untrained() && knob.equals(STEPS) && !varied;
                if (!untrained && !Objects.equals(value, base.settings().get(knob))) {
                    change.put(knob, value);
                }
            });
            if (!change.isEmpty()) {
                next.add(new Next("next " + (next.size() + 1), change, candidate));
            }
        }
        return next;
    }

    /** {@code { ffn: depthwise-conv, width: 96 }}. */
    private static String yaml(Map<String, Object> change) {
        List<String> parts = new ArrayList<>();
        change.forEach((knob, value) -> parts.add(knob + ": " + yaml(value)));
        return "{ " + String.join(", ", parts) + " }";
    }

    private static String yaml(Object value) {
        if (value instanceof String text && text.matches(PLAIN) && !text.matches("(?i)null|true|false|yes|no|on|off")) {
            return text;
        }
        try {
            return new ObjectMapper().writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a knob's value is no JSON: " + value, e);
        }
    }

    private static String list(List<Next> next) {
        StringBuilder text = new StringBuilder("list:\n");
        next.forEach(one -> text.append("  - { name: ")
                .append(one.name())
                .append(", change: ")
                .append(yaml(one.change()))
                .append(" }\n"));
        return text.toString();
    }

    private static String json(Measure measure, Surrogate surrogate, List<Next> next) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("metric", measure.label());
        tree.put(
                "variants",
                measure.variants().stream().map(VariantSummary::name).toList());
        tree.put("validated", surrogate.validated());
        tree.put("error_of_the_mean", surrogate.errorOfTheMean());
        Map<String, Object> models = new LinkedHashMap<>();
        for (SurrogateKind kind : SurrogateKind.values()) {
            Map<String, Object> model = new LinkedHashMap<>();
            model.put("error", surrogate.error(kind));
            Map<String, Object> importance = new LinkedHashMap<>();
            for (int f = 0; f < surrogate.design().factors().size(); f++) {
                importance.put(surrogate.design().factors().get(f).name(), importance(surrogate, kind, f));
            }
            model.put("importance", importance);
            model.put(
                    "provenance", Objects.requireNonNull(surrogate.provenance().get(kind.words())));
            models.put(kind.words(), model);
        }
        tree.put("models", models);
        List<Object> suggested = new ArrayList<>();
        next.forEach(one -> suggested.add(Map.of(one.name(), one.change())));
        tree.put("next", suggested);
        try {
            return new ObjectMapper()
                            .writerWithDefaultPrettyPrinter()
                            .writeValueAsString(tree)
                            .replace("\r\n", "\n")
                    + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the surrogate is no JSON", e);
        }
    }
}
