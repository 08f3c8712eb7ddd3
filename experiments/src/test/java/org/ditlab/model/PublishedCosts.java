package org.ditlab.model;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/** The page {@code experiments/docs/published-costs.md}: what papers print beside what we count. */
final class PublishedCosts {
    private static final String INTRODUCTION = """
            # Published costs

            What papers print as GFLOPs and parameters, beside what `ModelCost` counts for the same model. The printed figures are
            data (`experiments/src/test/resources/org/ditlab/model/published-costs.csv`); ours are computed. `PublishedCostsTests`
            fails when this page is stale or when a row agrees or disagrees other than the page says, and writes the page anew with

                mvn test -pl experiments -Dtest=PublishedCostsTests -Dditlab.write=true

            All counts are of one forward pass of the folded model at batch 1. A multiply-accumulate counts as one, in the papers as
            here; floating-point operations are twice as many.

            | counted as | what it is |
            |---|---|
            | MACs | multiply-accumulates of linear layers, convolutions and matrix products: ours, in every table that says GMACs |
            | torchprofile | MACs and one per element of every elementwise product: modulation, gates, the scale of the attention, timestep times frequency, rotation per complex pair. The U-DiT paper |
            | torchprofile, old attention | the same where the attention code scales the matrix of logits (heads x tokens x tokens) and not the query. The U-DiT paper's starred rows at 256 pixels |
            | DiT | MACs and one per element of every layer norm. The DiT paper and those that reuse its code |

            Parameters are the trained ones of the folded model; DiT's frozen position table is none of them. An equal sign stands
            where both printed figures are ours at the printed decimals; where they are not, the note says why.
            """;
    private static final String COSTS = """
            ## Every model of these tables

            Millions of parameters as trained (frozen tables included) and after folding; giga-counts of the folded forward pass; of
            the training graph, its MACs (a forward pass with all branches) and the megabytes of activations (10^6, float32, one
            image) that its backward pass keeps.

            | model | params M | folded M | GMACs | torchprofile | DiT | train-graph GMACs | activations MB |
            |---|---:|---:|---:|---:|---:|---:|---:|
            """;

    private final List<PublishedCost> rows;
    private final Map<String, CountedModel> counts = new LinkedHashMap<>();

    PublishedCosts(List<PublishedCost> rows) {
        this.rows = rows;
    }

    /** The printed figures. */
    static List<PublishedCost> published() {
        try (InputStream file = PublishedCosts.class.getResourceAsStream("published-costs.csv")) {
            return new String(Objects.requireNonNull(file).readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .skip(1)
                    .map(PublishedCost::parse)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    CountedModel counts(PublishedCost row) {
        return counts.computeIfAbsent(row.ours(), ours -> CountedModel.of(row.settings()));
    }

    /** The whole page. */
    String page() {
        StringBuilder page = new StringBuilder(INTRODUCTION);
        Set<String> papers =
                rows.stream().map(PublishedCost::paper).collect(Collectors.toCollection(LinkedHashSet::new));
        for (String paper : papers) {
            table(page, paper);
        }
        page.append('\n').append(COSTS);
        for (PublishedCost row : rows) {
            counts(row);
        }
        counts.forEach((model, counted) -> page.append(costs(model, counted)));
        return page.toString();
    }

    private void table(StringBuilder page, String paper) {
        page.append("\n## ").append(paper).append("\n\n");
        page.append("| table | model | ours | printed G | ours G | counted as | printed M | ours M | |\n");
        page.append("|---|---|---|---:|---:|---|---:|---:|---|\n");
        List<String> notes = new ArrayList<>();
        for (PublishedCost row : rows) {
            if (row.paper().equals(paper)) {
                page.append(line(row, mark(row, notes)));
            }
        }
        for (int i = 0; i < notes.size(); i++) {
            page.append(i == 0 ? "\n" : "")
                    .append(i + 1)
                    .append(". ")
                    .append(notes.get(i))
                    .append('\n');
        }
    }

    private String mark(PublishedCost row, List<String> notes) {
        String equal = row.agrees() ? "=" : "differs";
        if (row.note().isEmpty()) {
            return equal;
        }
        if (!notes.contains(row.note())) {
            notes.add(row.note());
        }
        return equal + " (" + (notes.indexOf(row.note()) + 1) + ")";
    }

    private String line(PublishedCost row, String mark) {
        CountedModel counted = counts(row);
        return String.format(
                        Locale.ROOT,
                        "| %s | %s | %s | %s | %.4f | %s | %s | %.2f | %s |\n",
                        row.table(),
                        row.model().replace("*", "\\*"),
                        row.ours(),
                        row.gflops(),
                        counted.of(row.counted()) / 1e9,
                        row.counted().label(),
                        row.params(),
                        counted.trained() / 1e6,
                        mark)
                .replace("|  |", "| |");
    }

    private static String costs(String model, CountedModel counted) {
        ModelCost cost = counted.cost();
        return String.format(
                Locale.ROOT,
                "| %s | %.2f | %.2f | %.4f | %.4f | %.4f | %.4f | %.1f |\n",
                model,
                cost.parameters() / 1e6,
                cost.parametersFolded() / 1e6,
                cost.macs() / 1e9,
                cost.macsTorchprofile() / 1e9,
                cost.macsDitPaper() / 1e9,
                cost.macsTraining() / 1e9,
                cost.activationBytes() / 1e6);
    }
}
