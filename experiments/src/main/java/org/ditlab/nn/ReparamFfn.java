package org.ditlab.nn;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.ditlab.tensor.Composites;
import org.ditlab.tensor.DType;
import org.ditlab.tensor.Scope;
import org.ditlab.tensor.Shape;
import org.ditlab.tensor.Tensor;
import org.ditlab.tensor.spi.Backend;

/**
 * The training form of the depthwise FFN: each linear layer is a product of two through half the hidden width, and the
 * depthwise convolution is {@code x + dw5(x) + dw3(x) + dw1(x)}. It folds into a {@link DepthwiseFfn} that computes the
 * same.
 *
 * <p>Shapes: (N, T, C) to (N, T, C). Source: U-DiT, arXiv:2405.02730, section 3.4; Ding et al., RepVGG, arXiv:2101.03697.
 */
public final class ReparamFfn extends FeedForward {
    private static final int[] KERNELS = {DepthwiseFfn.KERNEL, 3, 1};

    private final Linear in0;
    private final Linear in1;
    private final List<Conv2d> branches = new ArrayList<>();
    private final Linear out0;
    private final Linear out1;
    private final Grid grid;

    public ReparamFfn(int width, int hidden, Grid grid) {
        this.grid = grid;
        in0 = child("project_in.0", Linear.pointwise(width, hidden / 2));
        in1 = child("project_in.1", Linear.pointwise(hidden / 2, hidden));
        for (int kernel : KERNELS) {
            branches.add(child("dwconv." + branches.size(), Conv2d.depthwise(hidden, kernel)));
        }
        out0 = child("project_out.0", Linear.pointwise(hidden, hidden / 2));
        out1 = child("project_out.1", Linear.pointwise(hidden / 2, width));
    }

    @Override
    public Tensor forward(Tensor x) {
        return within(x, () -> {
            Tensor h = grid.image(Composites.geluErf(in0.forward(x, in1))); // (N, hidden, H, W)
            Tensor sum =
                    h.backend().depthwiseBranches(h, values(Conv2d::weight), values(Conv2d::bias)); // (N, hidden, H, W)
            return out0.forward(grid.tokens(sum), out1); // (N, T, C)
        });
    }

    private List<Tensor> values(Function<Conv2d, Parameter> part) {
        return branches.stream().map(branch -> part.apply(branch).value()).toList();
    }

    /** In float64, rounded once: {@code W = W1 W0}, {@code b = W1 b0 + b1}; kernels padded to 5 x 5 and added. */
    @Override
    protected void foldInto(Module folded) {
        DepthwiseFfn plain = (DepthwiseFfn) folded;
        fold(in0, in1, plain.in());
        foldBranches(plain.depthwise());
        fold(out0, out1, plain.out());
    }

    private static void fold(Linear first, Linear second, Linear target) {
        Tensor w0 = first.matrix().cast(DType.FLOAT64); // (middle, in)
        Tensor w1 = second.matrix().cast(DType.FLOAT64); // (out, middle)
        Tensor b0 = first.bias().value().cast(DType.FLOAT64); // (middle)
        Tensor b1 = second.bias().value().cast(DType.FLOAT64); // (out)
        Shape weight = target.weight().shape();
        set(target.weight(), w1.matmul(w0).reshape(weight.toArray()));
        set(
                target.bias(),
                w1.matmul(b0.reshape(b0.dim(0), 1)).reshape(b1.dim(0)).add(b1));
    }

    private void foldBranches(Conv2d target) {
        Shape shape = target.weight().shape(); // (hidden, 1, 5, 5)
        int side = shape.dim(2);
        Backend backend = in0.weight().value().backend();
        double[] kernel = new double[(int) shape.elements()];
        double[] bias = new double[shape.dim(0)];
        for (int channel = 0; channel < bias.length; channel++) {
            kernel[(channel * side + side / 2) * side + side / 2] = 1;
        }
        for (Conv2d branch : branches) {
            double[] values = branch.weight().value().toDoubles();
            double[] offsets = branch.bias().value().toDoubles();
            int small = branch.weight().shape().dim(2);
            int margin = (side - small) / 2;
            for (int i = 0; i < values.length; i++) {
                int column = i % small;
                int row = i / small % small;
                int channel = i / (small * small);
                kernel[(channel * side + row + margin) * side + column + margin] += values[i];
            }
            for (int channel = 0; channel < bias.length; channel++) {
                bias[channel] += offsets[channel];
            }
        }
        set(target.weight(), backend.tensor(kernel, shape, DType.FLOAT64));
        set(target.bias(), backend.tensor(bias, Shape.of(bias.length), DType.FLOAT64));
    }

    private static void set(Parameter parameter, Tensor value) {
        try (Scope scope = value.backend().scope()) {
            parameter.set(scope.keep(value.backend().leaf(value.cast(DType.FLOAT32), false)));
        }
    }
}
