package org.ditlab.metric.inception;

import java.util.ArrayList;
import java.util.List;
import org.ditlab.nn.Module;
import org.ditlab.nn.StateDict;
import org.ditlab.tensor.DType;
import org.ditlab.tensor.spi.Backend;

/** A part of the network with convolutions by name, and parts of its own. */
abstract class Block extends Module {
    private final List<BasicConv> convolutions = new ArrayList<>();
    private final List<Block> blocks = new ArrayList<>();

    /** An odd kernel that keeps the map's size. */
    final BasicConv conv(String name, int in, int out, int height, int width) {
        return add(name, new BasicConv(in, out, height, width, 1, height / 2, width / 2));
    }

    /** A square kernel without padding. */
    final BasicConv valid(String name, int in, int out, int kernel, int stride) {
        return add(name, new BasicConv(in, out, kernel, kernel, stride, 0, 0));
    }

    private BasicConv add(String name, BasicConv convolution) {
        convolutions.add(convolution);
        return child(name, convolution);
    }

    final <B extends Block> B block(String name, B block) {
        blocks.add(block);
        return child(name, block);
    }

    /** Gives all convolutions within their weights, which live in the innermost scope. */
    final void convolutions(Backend backend, StateDict weights, DType type) {
        convolutions.forEach(convolution -> convolution.load(backend, weights, type));
        blocks.forEach(block -> block.convolutions(backend, weights, type));
    }
}
