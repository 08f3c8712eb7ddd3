package org.ditlab.study.solve;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.ditlab.knob.Knob;
import org.ditlab.knob.Setting;
import org.ditlab.knob.Settings;
import org.ditlab.model.ArchitectureException;
import org.ditlab.study.Match;
import org.ditlab.tensor.ShapeException;
import org.jspecify.annotations.Nullable;

/**
 * Solves one knob of one architecture for a cost, by doubling or halving from the present value until the target lies
 * between two values, then by bisection. The cost must not fall when the knob grows.
 *
 * <p>Values are whole numbers ({@code width}, {@code depth}) or sixteenths ({@code mlp-ratio}). A value that the model's
 * constructor refuses (heads that do not divide the width, a head whose dimension a rotation cannot split) is passed over
 * for the next one that it accepts; every other knob, the number of heads among them, stays as it is.
 */
public final class KnobSolver {
    /** The most neighbours that are tried for one that can be built: twice 4 x 1024 heads. */
    private static final int TRIED = 8192;

    /** Percent beyond which no wider tolerance is suggested. */
    private static final double SENSIBLE = 25;

    private final Settings architecture;
    private final KnobGrid grid;
    private final ToLongFunction<Settings> macs;
    private final Map<Integer, Candidate> counted = new HashMap<>();
    private String refusal = "";

    /**
     * A solver of one knob.
     *
     * @param architecture every knob of the model; the one that is solved has a value from which the search starts
     * @param knob one of {@link Match#SOLVABLE}
     * @param macs counts a model; throws {@link ArchitectureException} or {@link ShapeException} when there is none
     */
    public KnobSolver(Settings architecture, Knob<?> knob, ToLongFunction<Settings> macs) {
        this.architecture = architecture;
        this.grid = KnobGrid.of(knob);
        this.macs = macs;
    }

    /**
     * The value whose cost is nearest to the target, of two equally near ones the cheaper.
     *
     * @param target multiply-accumulates
     * @param percent the most that the cost may deviate, relative to the target
     * @throws UnsolvableException when no value comes that near, naming the nearest below and above
     */
    public Candidate solve(long target, double percent) throws UnsolvableException {
        int present = grid.near(architecture.get(grid.knob()));
        Integer start = next(present, 1, grid.last());
        if (start == null) {
            throw new UnsolvableException(
                    "no value of " + name() + " near " + architecture.raw().get(name()) + " gives a model: " + refusal);
        }
        bracket(start, target);
        Integer below = below(target);
        Integer above = above(target);
        while (below != null && above != null && above - below > 1) {
            if (next((below + above) >>> 1, below + 1, above - 1) == null) {
                break;
            }
            below = below(target);
            above = above(target);
        }
        return nearest(
                below == null ? null : counted.get(below), above == null ? null : counted.get(above), target, percent);
    }

    /** Counts models until one is above the target and one is not, or there are no more in that direction. */
    private void bracket(int start, long target) throws UnsolvableException {
        Integer at = start;
        while (at != null && cost(at) <= target) {
            at = next(2 * at, at + 1, grid.last());
        }
        if (cost(start) > target) {
            for (at = start; at != null && cost(at) > target; ) {
                at = next(at / 2, 1, at - 1);
            }
        }
        if (counted.size() == 1) {
            next(2 * start, start + 1, grid.last());
        }
        long costs =
                counted.values().stream().mapToLong(Candidate::macs).distinct().count();
        if (counted.size() > 1 && costs == 1) {
            throw new UnsolvableException(name() + " does not change the cost of this variant ("
                    + Candidate.gmacs(cost(start)) + " GMACs); " + otherKnobs());
        }
    }

    private @Nullable Integer below(long target) {
        return counted.keySet().stream()
                .filter(index -> cost(index) <= target)
                .max(Comparator.naturalOrder())
                .orElse(null);
    }

    private @Nullable Integer above(long target) {
        return counted.keySet().stream()
                .filter(index -> cost(index) > target)
                .min(Comparator.naturalOrder())
                .orElse(null);
    }

    /** An index from {@code least} to {@code most} at which there is a model: the wanted one, else above it, else below. */
    private @Nullable Integer next(int wanted, int least, int most) {
        int from = Math.max(least, Math.min(most, wanted));
        Integer up = between(from, most, 1);
        return up == null ? between(from - 1, least, -1) : up;
    }

    /** The first index from one to another, both included, at which there is a model. */
    private @Nullable Integer between(int from, int to, int step) {
        int tried = 0;
        for (int i = from; (to - i) * step >= 0 && tried < TRIED; i += step, tried++) {
            if (count(i)) {
                return i;
            }
        }
        return null;
    }

    private boolean count(int index) {
        if (counted.containsKey(index)) {
            return true;
        }
        Setting<?> setting = grid.at(index);
        if (setting == null) {
            return false;
        }
        try {
            counted.put(index, new Candidate(setting, macs.applyAsLong(architecture.with(setting))));
            return true;
        } catch (ArchitectureException | ShapeException e) {
            refusal = refusal.isEmpty() ? String.valueOf(e.getMessage()) : refusal;
            return false;
        }
    }

    private long cost(int index) {
        return counted.get(index).macs();
    }

    private Candidate nearest(@Nullable Candidate below, @Nullable Candidate above, long target, double percent)
            throws UnsolvableException {
        Candidate best = below;
        if (below == null || (above != null && above.macs() - target < target - below.macs())) {
            best = above;
        }
        double deviation = Math.abs(best.deviationPercent(target));
        if (deviation <= percent) {
            return best;
        }
        String known;
        if (below == null) {
            known = "the least is " + above.describe(target);
        } else if (above == null) {
            known = "the most is " + below.describe(target);
        } else {
            known = "the nearest are " + below.describe(target) + " and " + above.describe(target);
        }
        throw new UnsolvableException("no value of " + name() + " gives " + Candidate.gmacs(target)
                + " GMACs within " + Match.WITHIN.render(percent) + ": " + known + "; "
                + (deviation <= SENSIBLE ? "allow within: " + allowed(deviation) + ", or " : "")
                + otherKnobs());
    }

    /** The deviation rounded up to two digits: {@code 1.8%}. */
    private static String allowed(double deviation) {
        return new BigDecimal(deviation)
                        .round(new MathContext(2, RoundingMode.UP))
                        .stripTrailingZeros()
                        .toPlainString()
                + "%";
    }

    private String name() {
        return grid.knob().name();
    }

    /** What may be solved in this knob's place. */
    private String otherKnobs() {
        List<String> others = Match.SOLVABLE.stream()
                .filter(knob -> !knob.equals(grid.knob()))
                .filter(knob -> new KnobSolver(architecture, knob, macs).changesCost())
                .map(Knob::name)
                .toList();
        return others.isEmpty() ? "set another knob by hand" : "solve " + String.join(" or ", others) + " instead";
    }

    private boolean changesCost() {
        Integer start = next(grid.near(architecture.get(grid.knob())), 1, grid.last());
        Integer more = start == null ? null : next(2 * start, start + 1, grid.last());
        return more != null && cost(more) != cost(start);
    }
}
