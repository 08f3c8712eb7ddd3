package org.ditlab.statistics;

import java.util.List;

/**
 * What each of several changes is worth, whatever order they are made in.
 *
 * <p>The worth v(S) is known for sets S of changes, written as bits. A change's Shapley value is its marginal worth v(S + i) - v(S),
 * averaged over all orders in which the changes can be made; the values sum to v(all) - v(none). Source: Shapley, A value for
 * n-person games, 1953; interactions: Grabisch and Roubens, International Journal of Game Theory 28, 1999.
 */
public final class Shapley {
    private Shapley() {}

    /**
     * Exact values.
     *
     * @param worth of every set, by its bits; 2^k of them
     * @return k values
     */
    public static double[] values(double[] worth) {
        int k = players(worth);
        double[] values = new double[k];
        for (int set = 0; set < worth.length; set++) {
            for (int i = 0; i < k; i++) {
                if ((set >> i & 1) == 0) {
                    int size = Integer.bitCount(set);
                    values[i] += (worth[set | 1 << i] - worth[set]) / (k * choose(k - 1, size));
                }
            }
        }
        return values;
    }

    /**
     * Exact interactions: how much more two changes are worth together than the sum of both alone, averaged over what else is
     * there: the mean over S of v(S + i + j) - v(S + i) - v(S + j) + v(S), each size of S with the same weight.
     *
     * @param worth of every set, by its bits; 2^k of them
     * @return (k, k), symmetric, the diagonal 0
     */
    public static double[][] interactions(double[] worth) {
        int k = players(worth);
        double[][] interactions = new double[k][k];
        for (int set = 0; set < worth.length; set++) {
            for (int i = 0; i < k; i++) {
                for (int j = 0; j < i; j++) {
                    int both = 1 << i | 1 << j;
                    if ((set & both) == 0) {
                        double more = worth[set | both] - worth[set | 1 << i] - worth[set | 1 << j] + worth[set];
                        interactions[i][j] += more / ((k - 1) * choose(k - 2, Integer.bitCount(set)));
                        interactions[j][i] = interactions[i][j];
                    }
                }
            }
        }
        return interactions;
    }

    /**
     * The mean marginal worth over some orders: an estimate of the Shapley values, and they themselves for all orders. The values
     * sum to the mean over the orders of the last worth less the first.
     *
     * @param orders which change comes first, second, ...; each a permutation of 0 to k - 1
     * @param worths for each order, what is reached after none of its changes, the first, the first two, ...; k + 1 each
     * @return k values
     */
    public static double[] ofOrders(List<int[]> orders, List<double[]> worths) {
        double[] values = new double[orders.isEmpty() ? 0 : orders.get(0).length];
        for (int o = 0; o < orders.size(); o++) {
            for (int place = 0; place < values.length; place++) {
                double gain = worths.get(o)[place + 1] - worths.get(o)[place];
                values[orders.get(o)[place]] += gain / orders.size();
            }
        }
        return values;
    }

    private static int players(double[] worth) {
        if (Integer.bitCount(worth.length) != 1) {
            throw new IllegalArgumentException("the worth of " + worth.length + " sets; expected a power of 2");
        }
        return Integer.numberOfTrailingZeros(worth.length);
    }

    private static double choose(int n, int k) {
        double ways = 1;
        for (int i = 1; i <= k; i++) {
            ways = ways * (n - k + i) / i;
        }
        return ways;
    }
}
