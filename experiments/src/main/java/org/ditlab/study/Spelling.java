package org.ditlab.study;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Finds the word that was probably meant. */
public final class Spelling {
    private static final int LONGEST = 64;
    private static final int SUGGESTED = 2;
    private static final int SHORTEST = 3;

    private Spelling() {}

    /**
     * The valid word nearest to what was written, by the number of letters changed, left out, added or swapped; also
     * a dotted name of which only the last part was written ({@code steps} for {@code train.steps}), and a word of which
     * only the beginning was ({@code dpm} for {@code dpm++}).
     *
     * @return the first of the words at the least distance; empty when nothing is near
     */
    public static String nearest(String written, Collection<String> valid) {
        List<String> words = words(written, valid);
        return words.isEmpty() ? "" : words.get(0);
    }

    /** All words at the same, least distance. */
    static List<String> words(String written, Collection<String> valid) {
        String word = written.strip().toLowerCase(Locale.ROOT);
        List<String> best = new ArrayList<>();
        if (word.isEmpty() || word.length() > LONGEST) {
            return best;
        }
        int least = LONGEST;
        for (String candidate : valid) {
            String other = candidate.toLowerCase(Locale.ROOT);
            int most = Math.max(1, Math.max(word.length(), other.length()) / 3);
            boolean part = other.endsWith("." + word) || begins(other, word);
            int distance = part ? 1 : distance(word, other);
            if (distance <= most && distance < least) {
                best.clear();
                least = distance;
            }
            if (distance <= most && distance == least) {
                best.add(candidate);
            }
        }
        return best;
    }

    private static boolean begins(String whole, String word) {
        return word.length() >= SHORTEST && whole.length() > word.length() && whole.startsWith(word);
    }

    /** {@code did you mean "cosine"?}, or empty when nothing is near. */
    public static String remark(String written, Collection<String> valid) {
        List<String> words = words(written, valid);
        if (words.isEmpty()) {
            return "";
        }
        return "did you mean "
                + words.stream().limit(SUGGESTED).map(Text::quote).collect(Collectors.joining(" or ")) + "?";
    }

    /** Damerau's distance with adjacent swaps. */
    static int distance(String a, String b) {
        if (Math.abs(a.length() - b.length()) > LONGEST / 3 + 1) {
            return Integer.MAX_VALUE;
        }
        int[][] cost = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    cost[i][j] = i + j;
                    continue;
                }
                int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                int least = Math.min(cost[i - 1][j - 1] + change, Math.min(cost[i - 1][j], cost[i][j - 1]) + 1);
                boolean swapped =
                        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
                cost[i][j] = swapped ? Math.min(least, cost[i - 2][j - 2] + 1) : least;
            }
        }
        return cost[a.length()][b.length()];
    }
}
