package org.ditlab.diffusion;

import java.util.Arrays;
import java.util.stream.IntStream;

/** Which timesteps a respaced schedule keeps. Source: Nichol & Dhariwal, arXiv:2102.09672, section 4 and its code. */
final class Respacing {
    private static final String DDIM = "ddim";

    private Respacing() {}

    /** The timesteps of a specification, ascending. */
    static int[] kept(int steps, String specification) {
        if (specification.startsWith(DDIM)) {
            return everyKth(steps, number(specification, specification.substring(DDIM.length())));
        }
        return sections(
                steps,
                Arrays.stream(specification.split(",", -1))
                        .mapToInt(part -> number(specification, part.strip()))
                        .toArray());
    }

    /** So many, evenly spaced, in each of equal parts; the first parts are one longer when the division leaves a rest. */
    static int[] sections(int steps, int... counts) {
        int[] kept = new int[Arrays.stream(counts).sum()];
        int at = 0;
        int first = 0;
        for (int section = 0; section < counts.length; section++) {
            int size = steps / counts.length + (section < steps % counts.length ? 1 : 0);
            int count = counts[section];
            if (count < 1 || count > size) {
                throw new IllegalArgumentException("cannot respace " + size + " steps to " + count);
            }
            double stride = count == 1 ? 1 : (size - 1) / (double) (count - 1);
            double position = 0;
            for (int i = 0; i < count; i++) {
                kept[at++] = first + (int) Math.rint(position);
                position += stride;
            }
            first += size;
        }
        return kept;
    }

    /** From 0 with the smallest whole stride that gives this many. */
    private static int[] everyKth(int steps, int count) {
        for (int stride = 1; stride < Math.max(2, steps); stride++) {
            if ((steps + stride - 1) / stride == count) {
                int step = stride;
                return IntStream.range(0, count).map(i -> i * step).toArray();
            }
        }
        throw new IllegalArgumentException(
                "cannot respace " + steps + " steps to " + count + " with a whole stride; choose another number");
    }

    private static int number(String specification, String digits) {
        if (!digits.matches("[0-9]{1,6}")) {
            throw new IllegalArgumentException("respacing \"" + specification
                    + "\" is not understood; expected a number of steps, a list of them, or ddim and a number");
        }
        return Integer.parseInt(digits);
    }
}
