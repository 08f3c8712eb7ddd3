package org.ditlab.model.inspect;

import java.util.List;

/**
 * Blocks of one stage in a row, built alike and each reading the one before; most often a single block.
 *
 * @param blocks in order of execution, at least one
 * @param kind what they do
 */
public record BlockRun(List<Block> blocks, BlockKind kind) {
    public BlockRun {
        blocks = List.copyOf(blocks);
    }

    public int count() {
        return blocks.size();
    }

    public Block first() {
        return blocks.get(0);
    }

    public Block last() {
        return blocks.get(count() - 1);
    }

    /** {@code final_layer}, {@code blocks.0-27}. */
    public String path() {
        String path = first().path();
        return count() == 1
                ? path
                : path + "-" + last().path().substring(last().stage().length() + 1);
    }

    /** What all its blocks take together. */
    public Measure measure() {
        return first().measure().times(count());
    }

    /** {@code 2 x (attention + FFN)}, {@code down}. */
    public String description() {
        if (kind != BlockKind.TRANSFORMER) {
            return kind.label();
        }
        long pairs = first().modules("mlp");
        String parts = first().modules("cross") > 0 ? "attention + cross + FFN" : kind.label();
        return pairs > 1 ? pairs + " \u00d7 (" + parts + ")" : parts;
    }

    /** Two vertices of one model are the same when their paths are. */
    @Override
    public boolean equals(Object other) {
        return other instanceof BlockRun run && path().equals(run.path());
    }

    @Override
    public int hashCode() {
        return path().hashCode();
    }
}
