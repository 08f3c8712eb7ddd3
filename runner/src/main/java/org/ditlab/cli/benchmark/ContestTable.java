package org.ditlab.cli.benchmark;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import org.ditlab.run.benchmark.Contest;
import org.ditlab.train.Precision;

/** A contest as a person reads it: a block per model, a line per side and precision. */
final class ContestTable {
    private static final String HEAD = "  %-14s %9s %10s %9s %9s %9s %9s %9s %9s%n";

    private final PrintWriter out;

    ContestTable(PrintWriter out) {
        this.out = out;
    }

    /**
     * One model of training.
     *
     * @param what follows the model's name, {@code batch 16}
     */
    void training(Contest contest, String what) {
        title(contest, what);
        head("images/s");
        rows(contest, seconds -> contest.images() / seconds);
        remarks(contest);
        for (Contest.Ours ours : contest.ours()) {
            ours.floor()
                    .ifPresent(floor -> print(
                            "  floor %s: products %.3f s, convolutions %.3f s, optimiser %.3f s%n",
                            word(ours.precision()), floor.products(), floor.convolutions(), floor.optimiser()));
        }
        end();
    }

    /** One model of sampling, whole images of so many steps. */
    void sampling(Contest contest, String what, int steps) {
        title(contest, what);
        head("images/s");
        rows(contest, seconds -> contest.images() / (seconds * steps));
        remarks(contest);
        end();
    }

    private interface Rate {
        double of(double seconds);
    }

    private void title(Contest contest, String what) {
        print("%s, %,d parameters, %s%n", contest.model(), contest.parameters(), what);
    }

    private void head(String rate) {
        print(HEAD, "", "s/step", rate, "ratio", "GFLOP/s", "% product", "floor s", "x floor", "peak MB");
    }

    private void rows(Contest contest, Rate rate) {
        double product = contest.ours().stream()
                .filter(ours -> ours.precision() == Precision.FP32)
                .mapToDouble(Contest.Ours::product)
                .findFirst()
                .orElse(0);
        contest.peer().ifPresent(peer -> {
            OptionalDouble rated = product > 0 ? OptionalDouble.of(product) : OptionalDouble.empty();
            row(
                    contest,
                    rate,
                    "PyTorch fp32",
                    peer.seconds(),
                    OptionalDouble.of(1),
                    rated,
                    Optional.empty(),
                    peer.peak());
        });
        for (Contest.Ours ours : contest.ours()) {
            row(
                    contest,
                    rate,
                    "ours " + word(ours.precision()),
                    ours.seconds(),
                    ours.ratio(),
                    OptionalDouble.of(ours.product()),
                    ours.floor(),
                    ours.peak());
        }
    }

    private void row(
            Contest contest,
            Rate rate,
            String side,
            double seconds,
            OptionalDouble ratio,
            OptionalDouble product,
            Optional<Contest.Parts> floor,
            long peak) {
        double gflops = contest.gflops(seconds);
        print(
                HEAD,
                side,
                number("%.3f", OptionalDouble.of(seconds)),
                number("%.2f", OptionalDouble.of(rate.of(seconds))),
                number("%.2f", ratio),
                number("%.0f", OptionalDouble.of(gflops)),
                product.isPresent() ? number("%.0f%%", OptionalDouble.of(100 * gflops / product.getAsDouble())) : "",
                floor.map(parts -> number("%.3f", OptionalDouble.of(parts.seconds())))
                        .orElse(""),
                floor.map(parts -> number("%.2f", OptionalDouble.of(seconds / parts.seconds())))
                        .orElse(""),
                peak < 0 ? "" : number("%.0f", OptionalDouble.of(peak / 1e6)));
    }

    private void remarks(Contest contest) {
        if (!contest.remark().isEmpty()) {
            print("  %s%n", contest.remark());
        }
        contest.peer().ifPresent(peer -> print("  PyTorch ran best with %s%n", peer.setting()));
        for (Contest.Ours ours : contest.ours()) {
            print("  matrix product %s: %.0f GFLOP/s%n", word(ours.precision()), ours.product());
        }
    }

    private void end() {
        out.println();
        out.flush();
    }

    static String word(Precision precision) {
        return precision.name().toLowerCase(Locale.ROOT);
    }

    private static String number(String format, OptionalDouble value) {
        return value.isPresent() ? String.format(Locale.ROOT, format, value.getAsDouble()) : "";
    }

    private void print(String format, Object... values) {
        out.printf(Locale.ROOT, format, values);
    }
}
