package org.ditlab.nn;

import java.util.function.DoubleUnaryOperator;
import org.ditlab.tensor.Composites;
import org.ditlab.tensor.Product;
import org.ditlab.tensor.Shape;
import org.ditlab.tensor.Tensor;
import org.ditlab.tensor.spi.Backend;

/**
 * Rotary position embedding in two dimensions. The complex pair m (channels 2m, 2m + 1) of a head turns by {@code
 * column * 10000^(-2m / d)} when m is even and by {@code row * 10000^(-2(m - 1) / d)} when m is odd.
 *
 * <p>Shapes: (B, heads, T, d) to the same; d divides by 4. Tokens past the grid (those of in-context conditioning) stay as
 * they are. Rows and columns are those of the grid, so that images need not be square. Source: Su et al.,
 * arXiv:2104.09864; Chu et al., VisionLLaMA, arXiv:2403.00522, section 3.3.
 */
public final class RotaryEmbedding extends Module {
    private static final double MAX_PERIOD = 10_000;

    private final Parameter cos;
    private final Parameter sin;

    /**
     * Tables for the tokens of a grid.
     *
     * @param stride pixels between neighbouring tokens
     * @param offset of the first token, in pixels
     * @param extraTokens tokens past the grid
     */
    public RotaryEmbedding(Grid grid, int headDim, int stride, int offset, int extraTokens) {
        Shape shape = Shape.of(grid.tokens() + extraTokens, headDim / 2);
        cos = constant("cos", shape, table(grid, headDim, stride, offset, Math::cos));
        sin = constant("sin", shape, table(grid, headDim, stride, offset, Math::sin));
    }

    /** Made when a backend asks for values: a model that is only counted holds no tables. */
    private static Initializer table(Grid grid, int headDim, int stride, int offset, DoubleUnaryOperator function) {
        return (shape, stream) -> {
            int pairs = headDim / 2;
            double[] angles = new double[Math.toIntExact(shape.elements())];
            for (int token = 0; token < grid.tokens(); token++) {
                for (int pair = 0; pair < pairs; pair++) {
                    int place = pair % 2 == 0 ? token % grid.columns() : token / grid.columns();
                    double frequency = Math.pow(MAX_PERIOD, -4.0 * (pair / 2) / headDim);
                    angles[token * pairs + pair] = (place * stride + offset) * frequency;
                }
            }
            return Initializer.of(angles, function).values(shape, stream);
        };
    }

    /** Reports the products that make the angles; once for queries and keys that share them. */
    void countAngles(Backend backend) {
        long frequencies = cos.shape().dim(1) / 2;
        backend.count(Product.ROTATION, frequencies + cos.shape().elements());
    }

    Tensor cos() {
        return cos.value();
    }

    Tensor sin() {
        return sin.value();
    }

    public Tensor forward(Tensor x) {
        return Composites.rotate(x, cos.value(), sin.value());
    }
}
