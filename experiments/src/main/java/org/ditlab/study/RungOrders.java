package org.ditlab.study;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.ditlab.tensor.random.RandomStream;
import org.ditlab.tensor.random.Streams;

/**
 * The orders in which rungs can stand, each rung after those that it depends on. Orders are numbered as a dictionary would
 * sort them, so that drawing numbers draws orders evenly.
 */
final class RungOrders {
    private final int[] before;
    /** How many orders the rest can have, by the set of rungs that stand already, as bits. */
    private final long[] rests;

    /** @param before for each rung the rungs that must stand before it, as bits */
    RungOrders(int[] before) {
        this.before = before.clone();
        int all = (1 << before.length) - 1;
        rests = new long[all + 1];
        rests[all] = 1;
        for (int set = all - 1; set >= 0; set--) {
            for (int rung = 0; rung < before.length; rung++) {
                if (fits(rung, set)) {
                    rests[set] += rests[set | 1 << rung];
                }
            }
        }
    }

    private boolean fits(int rung, int set) {
        return (set >> rung & 1) == 0 && (before[rung] & ~set) == 0;
    }

    /** How many orders there are; 0 when rungs wait for each other. */
    long count() {
        return rests[0];
    }

    /** The order of a number from 0 to {@link #count} - 1. */
    List<Integer> order(long number) {
        List<Integer> order = new ArrayList<>();
        long left = number;
        for (int set = 0; order.size() < before.length; ) {
            for (int rung = 0; rung < before.length; rung++) {
                if (!fits(rung, set)) {
                    continue;
                }
                long rest = rests[set | 1 << rung];
                if (left < rest) {
                    order.add(rung);
                    set |= 1 << rung;
                    break;
                }
                left -= rest;
            }
        }
        return order;
    }

    /** So many different orders, drawn; all of them, sorted, where there are no more. */
    List<List<Integer>> draw(int wanted, long seed) {
        List<List<Integer>> orders = new ArrayList<>();
        if (wanted == PermutedLadder.ALL || wanted >= count()) {
            for (long number = 0; number < count(); number++) {
                orders.add(order(number));
            }
            return orders;
        }
        RandomStream stream = new Streams(seed).stream("permuted-ladder");
        Set<Long> drawn = new HashSet<>();
        for (long draw = 0; orders.size() < wanted; draw++) {
            long number = (long) (stream.uniform(draw, 0, 0) * count());
            if (drawn.add(number)) {
                orders.add(order(number));
            }
        }
        return orders;
    }
}
