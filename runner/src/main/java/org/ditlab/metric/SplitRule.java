package org.ditlab.metric;

import org.jspecify.annotations.Nullable;

/**
 * Which images of a set of N count as one block of an {@link InceptionScore}, and in which order they are taken.
 *
 * @param form how the blocks lie
 * @param number how many blocks, or images per block: what the form says
 * @param shuffleSeed seed of the {@link MersenneTwister} whose {@code permutation(N)} is the order: position p of it is taken
 *     by image {@code permutation[p]}; null where the images stay as they come
 */
public record SplitRule(Form form, int number, @Nullable Long shuffleSeed) {
    /** How blocks lie in a row of N images. */
    public enum Form {
        /** {@code number} blocks, of which the i-th starts at {@code i N / number}; no more than images are made. */
        SPLITS,
        /** Blocks of {@code number} images; a shorter last one counts as much as the others. */
        BLOCKS,
        /** Blocks of {@code ceil(N / number)} images, which may be fewer than {@code number}. */
        CHUNKS
    }

    public SplitRule {
        if (number < 1) {
            throw new IllegalArgumentException(form + " of " + number);
        }
    }

    /** As StyleGAN does, with 10. */
    public static SplitRule splits(int number) {
        return new SplitRule(Form.SPLITS, number, null);
    }

    /** As ADM does, with 5000. */
    public static SplitRule blocksOf(int images) {
        return new SplitRule(Form.BLOCKS, images, null);
    }

    /** As torchmetrics does, with 10 (its order is not seeded). */
    public static SplitRule chunks(int number) {
        return new SplitRule(Form.CHUNKS, number, null);
    }

    /** The same blocks over shuffled images; torch-fidelity: {@code splits(10).shuffled(2020)}. */
    public SplitRule shuffled(long seed) {
        return new SplitRule(form, number, seed);
    }

    /** {@code 10 splits, shuffled by seed 2020}; {@code blocks of 5000}. */
    public String words() {
        String blocks = switch (form) {
            case SPLITS -> number + " splits";
            case BLOCKS -> "blocks of " + number;
            case CHUNKS -> number + " chunks";
        };
        return shuffleSeed == null ? blocks : blocks + ", shuffled by seed " + shuffleSeed;
    }

    /** Blocks of a set. */
    int blocks(int images) {
        return switch (form) {
            case SPLITS -> Math.min(number, images);
            case BLOCKS -> ceilOf(images, number);
            case CHUNKS -> ceilOf(images, ceilOf(images, number));
        };
    }

    /** The place where a block starts; that of the one behind the last is the number of images. */
    int start(int block, int images) {
        long start = switch (form) {
            case SPLITS -> (long) block * images / blocks(images);
            case BLOCKS -> (long) block * number;
            case CHUNKS -> (long) block * ceilOf(images, number);
        };
        return (int) Math.min(images, start);
    }

    private static int ceilOf(int a, int b) {
        return (int) (((long) a + b - 1) / b);
    }
}
