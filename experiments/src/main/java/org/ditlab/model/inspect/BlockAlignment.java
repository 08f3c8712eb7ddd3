package org.ditlab.model.inspect;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Says which block of one model stands for which of another: stages by name, blocks within a stage in order, as many as
 * possible with one that is built alike.
 */
final class BlockAlignment {
    /** A block and what stands for it in the other model; one of them may be missing, and kinds are -1 then. */
    record Pair(@Nullable Block from, @Nullable Block to, int fromKind, int toKind) {
        boolean alike() {
            return fromKind == toKind;
        }
    }

    /** Worth of a pair that is built alike over one that is not; leaving a block without a pair is worth nothing. */
    private static final int ALIKE = 1000;

    private static final int CHANGED = 1;

    private final Map<List<Object>, Integer> kinds = new HashMap<>();
    private final List<Pair> pairs = new ArrayList<>();

    private BlockAlignment() {}

    /** Every block of both models once, by stages in order of execution. */
    static List<Pair> of(List<Block> from, List<Block> to) {
        Map<String, List<Block>> before = stages(from);
        Map<String, List<Block>> after = stages(to);
        BlockAlignment alignment = new BlockAlignment();
        for (String stage : order(before, after)) {
            alignment.align(before.getOrDefault(stage, List.of()), after.getOrDefault(stage, List.of()));
        }
        return alignment.pairs;
    }

    private static Map<String, List<Block>> stages(List<Block> blocks) {
        return blocks.stream().collect(Collectors.groupingBy(Block::stage, LinkedHashMap::new, Collectors.toList()));
    }

    /** The stages of the first model, those that only the second has each after its predecessor there. */
    private static List<String> order(Map<String, ?> before, Map<String, ?> after) {
        List<String> order = new ArrayList<>(before.keySet());
        int place = 0;
        for (String stage : after.keySet()) {
            int known = order.indexOf(stage);
            if (known < 0) {
                order.add(place, stage);
                place++;
            } else {
                place = known + 1;
            }
        }
        return order;
    }

    private int kind(Block block) {
        return kinds.computeIfAbsent(block.module().signature(), signature -> kinds.size());
    }

    /** The alignment of most worth, earlier pairs preferred; worth[i][j] is that of the blocks from i and j on. */
    private void align(List<Block> from, List<Block> to) {
        int[] before = from.stream().mapToInt(this::kind).toArray();
        int[] after = to.stream().mapToInt(this::kind).toArray();
        long[][] worth = new long[before.length + 1][after.length + 1];
        for (int i = before.length - 1; i >= 0; i--) {
            for (int j = after.length - 1; j >= 0; j--) {
                long paired = worth[i + 1][j + 1] + worth(before[i], after[j]);
                worth[i][j] = Math.max(paired, Math.max(worth[i + 1][j], worth[i][j + 1]));
            }
        }
        int i = 0;
        int j = 0;
        while (i < before.length || j < after.length) {
            boolean both = i < before.length && j < after.length;
            if (both && worth[i][j] == worth[i + 1][j + 1] + worth(before[i], after[j])) {
                pairs.add(new Pair(from.get(i), to.get(j), before[i], after[j]));
                i++;
                j++;
            } else if (j == after.length || (both && worth[i][j] == worth[i + 1][j])) {
                pairs.add(new Pair(from.get(i), null, before[i], -1));
                i++;
            } else {
                pairs.add(new Pair(null, to.get(j), -1, after[j]));
                j++;
            }
        }
    }

    private static int worth(int before, int after) {
        return before == after ? ALIKE : CHANGED;
    }
}
