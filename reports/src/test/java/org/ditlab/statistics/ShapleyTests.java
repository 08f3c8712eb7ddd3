package org.ditlab.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ShapleyTests {
    /** The glove game, two left hands and one right: 1/6, 1/6, 2/3 (Osborne and Rubinstein, A course in game theory). */
    @Test
    void gloves() {
        double[] worth = new double[8];
        for (int set : new int[] {0b101, 0b110, 0b111}) {
            worth[set] = 1;
        }

        assertThat(Shapley.values(worth)).containsExactly(new double[] {1 / 6.0, 1 / 6.0, 2 / 3.0}, within(1e-15));
    }

    /** The airport game of costs 1, 2, 3 (Littlechild and Owen 1973): 1/3, 1/3 + 1/2, 1/3 + 1/2 + 1. */
    @Test
    void airport() {
        double[] worth = new double[8];
        for (int set = 1; set < 8; set++) {
            worth[set] = 32 - Integer.numberOfLeadingZeros(set);
        }

        assertThat(Shapley.values(worth)).containsExactly(new double[] {1 / 3.0, 5 / 6.0, 11 / 6.0}, within(1e-15));
    }

    /** Of v = 2 x + 3 y + 5 x y, with z worth nothing, the interaction of x and y is 5 and shared evenly. */
    @Test
    void interactionIsTheProductsFactor() {
        double[] worth = new double[8];
        for (int set = 0; set < 8; set++) {
            int x = set & 1;
            int y = set >> 1 & 1;
            worth[set] = 2 * x + 3 * y + 5 * x * y;
        }

        assertThat(Shapley.values(worth)).containsExactly(new double[] {4.5, 5.5, 0}, within(1e-15));
        double[][] interactions = Shapley.interactions(worth);
        assertThat(interactions[0]).containsExactly(new double[] {0, 5, 0}, within(1e-15));
        assertThat(interactions[1]).containsExactly(new double[] {5, 0, 0}, within(1e-15));
    }

    @Property(tries = 100)
    void valuesSumToTheWholeAndAgreeWithAllOrders(
            @ForAll @Size(16) List<@DoubleRange(min = -10, max = 10) Double> list) {
        double[] worth = list.stream().mapToDouble(Double::doubleValue).toArray();
        double[] values = Shapley.values(worth);
        List<int[]> orders = new ArrayList<>();
        permute(new int[] {0, 1, 2, 3}, 0, orders);
        List<double[]> worths = new ArrayList<>();
        for (int[] order : orders) {
            double[] path = new double[5];
            int set = 0;
            for (int i = 0; i <= 4; i++) {
                path[i] = worth[set];
                set |= i < 4 ? 1 << order[i] : 0;
            }
            worths.add(path);
        }

        assertThat(Arrays.stream(values).sum()).isEqualTo(worth[15] - worth[0], within(1e-9));
        assertThat(Shapley.ofOrders(orders, worths)).containsExactly(values, within(1e-9));
    }

    /** A change that adds the same to every set is worth that, and one that adds nothing is worth nothing. */
    @Property(tries = 50)
    void dummyAndSymmetry(@ForAll @Size(4) List<@DoubleRange(min = -10, max = 10) Double> list) {
        double[] worth = new double[16];
        for (int set = 0; set < 16; set++) {
            // Changes 0 and 1 count alike, change 2 adds 1.5, change 3 nothing.
            worth[set] = list.get(Integer.bitCount(set & 3)) + 1.5 * (set >> 2 & 1);
        }
        double[] values = Shapley.values(worth);

        assertThat(values[0]).isEqualTo(values[1], within(1e-9));
        assertThat(values[2]).isEqualTo(1.5, within(1e-9));
        assertThat(values[3]).isEqualTo(0, within(1e-9));
    }

    private static void permute(int[] order, int from, List<int[]> found) {
        if (from == order.length) {
            found.add(order.clone());
        }
        for (int i = from; i < order.length; i++) {
            int[] swapped = order.clone();
            swapped[from] = order[i];
            swapped[i] = order[from];
            permute(swapped, from + 1, found);
        }
    }
}
