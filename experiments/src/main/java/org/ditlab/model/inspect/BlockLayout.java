package org.ditlab.model.inspect;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jgrapht.Graphs;

/**
 * Where the blocks of a model stand in a drawing, in pixels. A band per resolution, finest on top; on the way to the
 * coarsest one blocks stand in the left column, downwards, then in the middle, on the way back in the right column,
 * upwards. A model of one resolution is one column. Condition embedders that feed the same blocks share a box, apart.
 */
final class BlockLayout {
    static final double WIDTH = 284;
    static final double HEIGHT = 58;
    static final double GUTTER = 92;

    private static final double COLUMN = WIDTH + 30;
    private static final double ROW = HEIGHT + 22;
    private static final double PADDING = 14;
    private static final double PORT = 34;
    private static final double MARGIN = 16;

    /** A vertex by its upper left corner, and the tags of the conditions that it reads. */
    record Box(BlockRun run, double x, double y, List<String> tags) {
        double middle() {
            return x + WIDTH / 2;
        }

        double centre() {
            return y + HEIGHT / 2;
        }
    }

    /** Condition embedders under one tag. */
    record Condition(String tag, List<BlockRun> embedders, double x, double y) {}

    /** The rows of one resolution. */
    record Band(long positions, double y, double height) {}

    private final BlockGraph graph;
    private final List<BlockRun> chain;
    private final Map<BlockRun, List<String>> tags = new HashMap<>();
    private final Map<BlockRun, Box> boxes = new LinkedHashMap<>();
    private final List<Condition> conditions = new ArrayList<>();
    private final List<Band> bands = new ArrayList<>();
    private final boolean bent;
    private final int turn;
    private final double bottom;

    /** @param top where the drawing begins, below its heading */
    BlockLayout(BlockGraph graph, double top) {
        this.graph = graph;
        this.chain =
                graph.runs().stream().filter(run -> !run.first().conditions()).toList();
        TreeMap<Integer, List<BlockRun>> levels =
                chain.stream().collect(Collectors.groupingBy(this::level, TreeMap::new, Collectors.toList()));
        bent = levels.size() > 1;
        turn = chain.indexOf(levels.lastEntry().getValue().get(0));
        double y = top;
        Map<List<BlockRun>, List<BlockRun>> groups = groups();
        if (bent) {
            y = conditions(groups, y);
        } else {
            conditions(groups, y + PADDING + PORT);
        }
        for (Map.Entry<Integer, List<BlockRun>> level : levels.entrySet()) {
            y = band(level.getValue(), level.getKey().equals(levels.lastKey()), y);
        }
        bottom = Math.max(
                y,
                conditions.stream()
                        .mapToDouble(condition -> condition.y() + HEIGHT + PADDING)
                        .max()
                        .orElse(y));
    }

    List<Box> boxes() {
        return List.copyOf(boxes.values());
    }

    Box box(BlockRun run) {
        return boxes.get(run);
    }

    List<Condition> conditions() {
        return List.copyOf(conditions);
    }

    List<Band> bands() {
        return List.copyOf(bands);
    }

    double width() {
        return GUTTER + (bent ? 3 : 2) * COLUMN - (COLUMN - WIDTH) + MARGIN;
    }

    double bottom() {
        return bottom;
    }

    /** Whether an edge leaves out blocks between its ends. */
    boolean isSkip(BlockRun from, BlockRun to) {
        return chain.indexOf(to) - chain.indexOf(from) > 1;
    }

    /** Whether what comes before it is drawn below, on the way back up. */
    boolean climbs(BlockRun run) {
        return bent && boxes.get(run).x() > GUTTER + COLUMN;
    }

    /** How often the resolution is halved; a few tokens more for the condition change nothing. */
    private int level(BlockRun run) {
        long finest = chain.stream()
                .mapToLong(other -> other.first().positions())
                .max()
                .orElse(1);
        double halvings = Math.log((double) finest / run.first().positions()) / Math.log(4);
        return (int) Math.round(halvings);
    }

    /** Condition embedders by the blocks that read them. */
    private Map<List<BlockRun>, List<BlockRun>> groups() {
        Map<List<BlockRun>, List<BlockRun>> groups = new LinkedHashMap<>();
        for (BlockRun run : graph.runs()) {
            if (run.first().conditions()) {
                List<BlockRun> readers = Graphs.successorListOf(graph.graph(), run);
                groups.computeIfAbsent(readers, key -> new ArrayList<>()).add(run);
            }
        }
        return groups;
    }

    private double conditions(Map<List<BlockRun>, List<BlockRun>> groups, double top) {
        int index = 0;
        for (Map.Entry<List<BlockRun>, List<BlockRun>> group : groups.entrySet()) {
            String tag = groups.size() == 1 ? "c" : "c" + (index + 1);
            int column = bent ? index % 3 : 1;
            int row = bent ? index / 3 : index;
            List<BlockRun> embedders = group.getValue().stream()
                    .sorted(Comparator.comparing(BlockRun::path))
                    .toList();
            conditions.add(new Condition(tag, embedders, GUTTER + column * COLUMN, top + row * ROW));
            group.getKey()
                    .forEach(reader -> tags.computeIfAbsent(reader, key -> new ArrayList<>())
                            .add(tag));
            index++;
        }
        return top + (index + 2) / 3 * ROW;
    }

    private double band(List<BlockRun> runs, boolean coarsest, double top) {
        boolean first = bands.isEmpty();
        double start = top + PADDING + (first ? PORT : 0);
        int rows;
        if (coarsest) {
            rows = runs.size();
            for (int i = 0; i < rows; i++) {
                place(runs.get(i), bent ? 1 : 0, start + i * ROW);
            }
        } else {
            List<BlockRun> down =
                    runs.stream().filter(run -> chain.indexOf(run) < turn).toList();
            List<BlockRun> up =
                    runs.stream().filter(run -> chain.indexOf(run) > turn).toList();
            int lift = lift(down, up);
            rows = Math.max(down.size() + lift, up.size());
            for (int i = 0; i < down.size(); i++) {
                place(down.get(i), 0, start + (rows - down.size() - lift + i) * ROW);
            }
            for (int i = 0; i < up.size(); i++) {
                place(up.get(i), 2, start + (rows - 1 - i) * ROW);
            }
        }
        boolean ends = coarsest && !bent;
        double height = start - top + rows * ROW - (ROW - HEIGHT) + PADDING + (ends ? PORT : 0);
        bands.add(new Band(runs.get(0).first().positions(), top, height));
        return top + height + PADDING;
    }

    private void place(BlockRun run, int column, double y) {
        boxes.put(run, new Box(run, GUTTER + column * COLUMN, y, tags.getOrDefault(run, List.of())));
    }

    /** By how many rows the left column is lifted so that a skip runs level. */
    private int lift(List<BlockRun> down, List<BlockRun> up) {
        int lift = 0;
        for (int i = 0; i < down.size(); i++) {
            for (int k = 0; k < up.size(); k++) {
                if (graph.graph().containsEdge(down.get(i), up.get(k))) {
                    lift = Math.max(lift, k - (down.size() - 1 - i));
                }
            }
        }
        return lift;
    }
}
