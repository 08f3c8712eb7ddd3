package org.ditlab.model;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Arrays;
import java.util.List;
import org.ditlab.knob.Knob;
import org.ditlab.knob.Settings;

/**
 * One row of a paper's table beside the model that we take it for.
 *
 * @param paper its name
 * @param table number of the table
 * @param model as the paper writes it
 * @param ours a name of the zoo and changes to it, {@code DiT-XL/2; conditioning=adaln}
 * @param counted how the paper counts
 * @param gflops as printed
 * @param params millions of parameters as printed; empty where none are
 * @param agrees whether the printed figures are ours
 * @param note why not, or what else there is to say; may be empty
 */
record PublishedCost(
        String paper,
        String table,
        String model,
        String ours,
        Counting counted,
        String gflops,
        String params,
        boolean agrees,
        String note) {
    private static final int COLUMNS = 9;

    /** A line of {@code published-costs.csv}; notes may hold commas. */
    static PublishedCost parse(String line) {
        String[] cells = line.split(",", COLUMNS);
        return new PublishedCost(
                cells[0],
                cells[1],
                cells[2],
                cells[3],
                Counting.of(cells[4]),
                cells[5],
                cells[6],
                cells[7].equals("yes"),
                cells[8]);
    }

    Settings settings() {
        String[] parts = ours.split("; ");
        Settings settings = ModelZoo.find(parts[0]).orElseThrow();
        for (String change : Arrays.asList(parts).subList(1, parts.length)) {
            String name = change.substring(0, change.indexOf('='));
            Knob<?> knob = ArchitectureKnobs.all().stream()
                    .filter(candidate -> candidate.name().equals(name))
                    .findFirst()
                    .orElseThrow();
            settings = settings.with(knob.parse(raw(change.substring(name.length() + 1))));
        }
        return settings;
    }

    private static Object raw(String text) {
        return text.contains(" ") ? List.of(text.split(" ")) : text;
    }

    /** Whether the counts, rounded to the printed decimals, are the printed figures. */
    boolean isReproducedBy(CountedModel counts) {
        return List.of(
                        rounded(counts.of(counted), 9, gflops),
                        params.isEmpty() ? "" : rounded(counts.trained(), 6, params))
                .equals(List.of(gflops, params));
    }

    /** A count over a power of ten, with as many decimals as a printed figure. */
    static String rounded(long count, int power, String like) {
        int point = like.indexOf('.');
        int decimals = point < 0 ? 0 : like.length() - 1 - point;
        return BigDecimal.valueOf(count, power)
                .setScale(decimals, RoundingMode.HALF_UP)
                .toPlainString();
    }
}
