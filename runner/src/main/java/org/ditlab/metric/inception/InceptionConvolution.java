package org.ditlab.metric.inception;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.ditlab.tensor.Shape;

/**
 * One of the 94 convolutions, each followed by a batch normalisation, by the names that it has in PyTorch's state dict and in
 * TensorFlow's graph. Source: Szegedy et al. 2016, arXiv:1512.00567, as in the frozen graph of 2015-12-05.
 *
 * @param name {@code Mixed_5b.branch5x5_2}
 * @param scope {@code mixed/tower/conv_1}
 * @param in channels
 * @param out channels
 * @param height of the kernel
 * @param width of the kernel
 */
record InceptionConvolution(String name, String scope, int in, int out, int height, int width) {
    /** (out, in, kernel height, kernel width). */
    Shape kernel() {
        return Shape.of(out, in, height, width);
    }

    /** The name in a script module, {@code layers.mixed.tower.conv_1}; the last two blocks are flat there. */
    String script() {
        int block = scope.indexOf('/');
        boolean flat = scope.startsWith("mixed_9/") || scope.startsWith("mixed_10/");
        return flat
                ? "layers." + scope.substring(0, block) + "."
                        + scope.substring(block + 1).replace('/', '_')
                : "layers." + scope.replace('/', '.');
    }

    /** All of them, in the network's order. */
    static List<InceptionConvolution> all() {
        Layout layout = new Layout();
        layout.stem("1a_3x3", 3, 32, 3);
        layout.stem("2a_3x3", 32, 32, 3);
        layout.stem("2b_3x3", 32, 64, 3);
        layout.stem("3b_1x1", 64, 80, 1);
        layout.stem("4a_3x3", 80, 192, 3);
        layout.blockA("5b", 192, 32);
        layout.blockA("5c", 256, 64);
        layout.blockA("5d", 288, 64);
        layout.blockB("6a", 288);
        layout.blockC("6b", 128);
        layout.blockC("6c", 160);
        layout.blockC("6d", 160);
        layout.blockC("6e", 192);
        layout.blockD("7a", 768);
        layout.blockE("7b", 1280);
        layout.blockE("7c", 2048);
        return Collections.unmodifiableList(layout.convolutions);
    }

    /** The blocks one after the other; a branch counts its convolutions in the graph, {@code conv}, {@code conv_1}, ... */
    private static final class Layout {
        private final List<InceptionConvolution> convolutions = new ArrayList<>();
        private String block = "";
        private String scope = "";
        private int blocks;
        private int channels;

        void stem(String name, int in, int out, int side) {
            convolutions.add(new InceptionConvolution(
                    "Conv2d_" + name, numbered("conv", convolutions.size()), in, out, side, side));
        }

        void blockA(String name, int in, int pooled) {
            block(name);
            branch("branch1x1", "", in, 64, 1, 1);
            branch("branch5x5_1", "tower/", in, 48, 1, 1);
            next("branch5x5_2", 64, 5, 5);
            branch("branch3x3dbl_1", "tower_1/", in, 64, 1, 1);
            next("branch3x3dbl_2", 96, 3, 3);
            next("branch3x3dbl_3", 96, 3, 3);
            branch("branch_pool", "tower_2/", in, pooled, 1, 1);
        }

        void blockB(String name, int in) {
            block(name);
            branch("branch3x3", "", in, 384, 3, 3);
            branch("branch3x3dbl_1", "tower/", in, 64, 1, 1);
            next("branch3x3dbl_2", 96, 3, 3);
            next("branch3x3dbl_3", 96, 3, 3);
        }

        void blockC(String name, int narrow) {
            block(name);
            branch("branch1x1", "", 768, 192, 1, 1);
            branch("branch7x7_1", "tower/", 768, narrow, 1, 1);
            next("branch7x7_2", narrow, 1, 7);
            next("branch7x7_3", 192, 7, 1);
            branch("branch7x7dbl_1", "tower_1/", 768, narrow, 1, 1);
            next("branch7x7dbl_2", narrow, 7, 1);
            next("branch7x7dbl_3", narrow, 1, 7);
            next("branch7x7dbl_4", narrow, 7, 1);
            next("branch7x7dbl_5", 192, 1, 7);
            branch("branch_pool", "tower_2/", 768, 192, 1, 1);
        }

        void blockD(String name, int in) {
            block(name);
            branch("branch3x3_1", "tower/", in, 192, 1, 1);
            next("branch3x3_2", 320, 3, 3);
            branch("branch7x7x3_1", "tower_1/", in, 192, 1, 1);
            next("branch7x7x3_2", 192, 1, 7);
            next("branch7x7x3_3", 192, 7, 1);
            next("branch7x7x3_4", 192, 3, 3);
        }

        void blockE(String name, int in) {
            block(name);
            branch("branch1x1", "", in, 320, 1, 1);
            branch("branch3x3_1", "tower/", in, 384, 1, 1);
            branch("branch3x3_2a", "tower/mixed/", 384, 384, 1, 3);
            channels = 384;
            next("branch3x3_2b", 384, 3, 1);
            branch("branch3x3dbl_1", "tower_1/", in, 448, 1, 1);
            next("branch3x3dbl_2", 384, 3, 3);
            branch("branch3x3dbl_3a", "tower_1/mixed/", 384, 384, 1, 3);
            channels = 384;
            next("branch3x3dbl_3b", 384, 3, 1);
            branch("branch_pool", "tower_2/", in, 192, 1, 1);
        }

        private void block(String name) {
            block = "Mixed_" + name;
            scope = numbered("mixed", blocks++);
        }

        private int inBranch;
        private String branchScope = "";

        private void branch(String name, String below, int in, int out, int height, int width) {
            inBranch = 0;
            branchScope = scope + "/" + below;
            channels = in;
            next(name, out, height, width);
        }

        private void next(String name, int out, int height, int width) {
            String conv = branchScope + numbered("conv", inBranch++);
            convolutions.add(new InceptionConvolution(block + "." + name, conv, channels, out, height, width));
            channels = out;
        }

        private static String numbered(String word, int number) {
            return number == 0 ? word : word + "_" + number;
        }
    }
}
