package org.ditlab.study;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import org.ditlab.knob.DomainException;
import org.ditlab.knob.Setting;
import org.ditlab.knob.Settings;
import org.ditlab.tensor.random.RandomStream;
import org.ditlab.tensor.random.Streams;

/** The points of grids, zips and random draws. */
final class Points {
    /** Digits of a real number that is drawn: names stay short, and it reads back as it is. */
    private static final MathContext DIGITS = new MathContext(4);
    /** What rounding may add to a whole number of steps. */
    private static final double SLACK = 1e-9;

    /**
     * A value of one axis.
     *
     * @param raw the raw value, or the name of a change
     * @param text how it stands in a variant's automatic name
     */
    record Value(Settings settings, Object raw, String text) {}

    private Points() {}

    /** How many values an axis lists; 1 for a range. */
    static int count(Axis axis) {
        if (axis instanceof Axis.Values values) {
            return values.values().size();
        }
        return axis instanceof Axis.Changes named ? named.changes().size() : 1;
    }

    /** The points of a kind, each with one value per axis. */
    static List<List<Value>> of(FromAxes<?> kind) {
        List<List<Value>> points = new ArrayList<>();
        int size = Math.toIntExact(kind.size());
        for (int i = 0; i < size; i++) {
            List<Value> point = new ArrayList<>();
            int place = size;
            for (Axis axis : kind.axes()) {
                int index = i;
                if (kind instanceof GridPlan) {
                    place /= count(axis);
                    index = i / place % count(axis);
                }
                point.add(kind instanceof RandomPlan random ? drawn(random, axis, i) : value(axis, index));
            }
            points.add(point);
        }
        return points;
    }

    private static Value value(Axis axis, int index) {
        if (axis instanceof Axis.Changes named) {
            Change change = named.changes().get(index);
            return new Value(change.settings(), change.name(), change.name());
        }
        return value(((Axis.Values) axis).values().get(index));
    }

    private static Value value(Setting<?> setting) {
        Object raw = setting.raw();
        return new Value(Settings.of(setting), raw, setting.knob().name() + "=" + Text.value(raw));
    }

    /** A pure function of the seed, the axis and the draw's number. */
    private static Value drawn(RandomPlan plan, Axis axis, int draw) {
        RandomStream stream = new Streams(plan.seed()).stream("random-plan").named(axis.label());
        if (axis instanceof Axis.Range range) {
            return value(setting(range, stream.uniform(draw, 0, 0)));
        }
        return value(axis, stream.integer(draw, 0, 0, count(axis)));
    }

    /**
     * The setting at a part of a range.
     *
     * @param part in [0, 1)
     * @throws DomainException when the knob does not take it
     */
    static Setting<?> setting(Axis.Range range, double part) {
        double step = range.step() > 0 ? range.step() : range.whole() ? 1 : 0;
        double steps = step > 0 ? Math.floor((range.to() - range.from()) / step + SLACK) : 0;
        double wanted = range.log()
                ? range.from() * StrictMath.exp(part * StrictMath.log(range.to() / range.from()))
                : range.from() + part * (range.to() - range.from());
        BigDecimal value;
        if (step > 0) {
            double index = range.log()
                    ? Math.min(steps, Math.rint((wanted - range.from()) / step))
                    : Math.min(steps, Math.floor(part * (steps + 1)));
            value = BigDecimal.valueOf(range.from())
                    .add(BigDecimal.valueOf(step).multiply(BigDecimal.valueOf((long) index)));
        } else {
            value = BigDecimal.valueOf(wanted)
                    .round(DIGITS)
                    .max(BigDecimal.valueOf(range.from()))
                    .min(BigDecimal.valueOf(range.to()));
        }
        return range.knob().parse(range.whole() ? (Object) value.longValueExact() : (Object) value.doubleValue());
    }
}
