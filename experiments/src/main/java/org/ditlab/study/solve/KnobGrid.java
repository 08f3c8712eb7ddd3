package org.ditlab.study.solve;

import org.ditlab.knob.DomainException;
import org.ditlab.knob.Knob;
import org.ditlab.knob.Setting;
import org.ditlab.model.ArchitectureKnobs;
import org.jspecify.annotations.Nullable;

/**
 * The values of a knob among which a solver searches, in rising order: {@code index / divisor} for every index from 1 to
 * {@code last} that the knob's domain allows.
 *
 * @param divisor 1 for whole numbers; 16 for {@code mlp-ratio}, which moves in sixteenths
 */
record KnobGrid(Knob<?> knob, int last, int divisor) {
    private static final int SIXTEENTHS = 16;

    /**
     * The grid of a knob.
     *
     * @throws IllegalArgumentException for a knob that is none of {@link org.ditlab.study.Match#SOLVABLE}
     */
    static KnobGrid of(Knob<?> knob) {
        if (knob.equals(ArchitectureKnobs.WIDTH)) {
            return new KnobGrid(knob, 65536, 1);
        }
        if (knob.equals(ArchitectureKnobs.DEPTH)) {
            return new KnobGrid(knob, 1024, 1);
        }
        if (knob.equals(ArchitectureKnobs.MLP_RATIO)) {
            return new KnobGrid(knob, 64 * SIXTEENTHS, SIXTEENTHS);
        }
        throw new IllegalArgumentException(knob.name() + " has no grid to be solved on");
    }

    /** The knob set to the value at an index; null where its domain refuses it. */
    @Nullable
    Setting<?> at(int index) {
        try {
            return knob.parse(divisor == 1 ? (Object) (long) index : (Object) ((double) index / divisor));
        } catch (DomainException e) {
            return null;
        }
    }

    /** The index nearest to a value of the knob. */
    int near(Object value) {
        double index = ((Number) value).doubleValue() * divisor;
        return (int) Math.max(1, Math.min(last, Math.round(index)));
    }
}
