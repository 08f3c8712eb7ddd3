package org.ditlab.table;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Marks the best and the second best of a column. */
final class Ranking {
    /** With fewer, the second best is the worst. */
    private static final int FEWEST_FOR_SECOND = 3;

    private Ranking() {}

    /**
     * The cells, some of them marked: the best where at least two are ranked, the second best where at least three are. Equal
     * values share a mark; where several are best, none is second.
     *
     * @param ranked whether a cell takes part
     * @param better which values are better
     */
    static List<Cell> of(List<Cell> cells, List<Boolean> ranked, Better better) {
        List<Integer> order = new ArrayList<>(IntStream.range(0, cells.size())
                .filter(i -> ranked.get(i) && !Double.isNaN(cells.get(i).order()))
                .boxed()
                .toList());
        Comparator<Integer> rising =
                Comparator.comparingDouble(i -> cells.get(i).order());
        order.sort(better == Better.SMALLER ? rising : rising.reversed());
        List<Cell> marked = new ArrayList<>(cells);
        if (order.size() < 2) {
            return marked;
        }
        double best = cells.get(order.get(0)).order();
        double second = cells.get(order.get(1)).order();
        for (int i : order) {
            double value = cells.get(i).order();
            if (value == best) {
                marked.set(i, cells.get(i).marked(Mark.BEST));
            } else if (value == second && order.size() >= FEWEST_FOR_SECOND) {
                marked.set(i, cells.get(i).marked(Mark.SECOND));
            }
        }
        return marked;
    }
}
