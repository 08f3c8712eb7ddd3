package org.ditlab.model.inspect;

import java.util.Collection;

/** What a block is for, read off what it runs and what it reads. */
public enum BlockKind {
    TIME("time"),
    LABEL("label"),
    EMBED("input embedding"),
    TRANSFORMER("attention + FFN"),
    DOWN("down"),
    UP("up"),
    FUSE("skip fusion"),
    CONVOLUTION("convolution"),
    HEAD("output layer"),
    OTHER("other");

    /** Resolutions this near are one: tokens that are added for the condition change nothing. */
    private static final double SAME = 1.5;

    private final String label;

    BlockKind(String label) {
        this.label = label;
    }

    public String label() {
        return label;
    }

    /**
     * The kind of a block.
     *
     * @param inputs what it reads, conditions left out
     * @param read whether any block reads it
     */
    static BlockKind of(Block block, Collection<Block> inputs, boolean read) {
        if (block.conditions()) {
            return block.count("embedding") > 0 ? LABEL : TIME;
        }
        if (block.count("softmax") > 0) {
            return TRANSFORMER;
        }
        if (inputs.isEmpty()) {
            return EMBED;
        }
        if (!read) {
            return HEAD;
        }
        if (inputs.size() > 1) {
            return FUSE;
        }
        double change = (double) block.positions() / inputs.iterator().next().positions();
        if (change < 1 / SAME) {
            return DOWN;
        }
        if (change > SAME) {
            return UP;
        }
        return block.count("conv2d") > 0 ? CONVOLUTION : OTHER;
    }
}
