package org.ditlab.metric.inception;

import static org.ditlab.metric.inception.Layer.averagePool;
import static org.ditlab.metric.inception.Layer.chain;
import static org.ditlab.metric.inception.Layer.concat;
import static org.ditlab.metric.inception.Layer.halvingMaxPool;

import org.ditlab.tensor.Tensor;

/**
 * The blocks of parallel branches, one factory for each kind; the letters are those of torchvision's code. Source: Szegedy et
 * al. 2016, arXiv:1512.00567, figures 5 to 7, with the pools of TensorFlow's 2015-12-05 graph.
 */
final class Mixed extends Block implements Layer {
    private Layer branches = x -> x;

    private Mixed() {}

    /** 35 x 35: 1x1, 5x5, two 3x3, pool. */
    static Mixed a(int in, int pool) {
        Mixed m = new Mixed();
        m.branches = concat(
                m.conv("branch1x1", in, 64, 1, 1),
                chain(m.conv("branch5x5_1", in, 48, 1, 1), m.conv("branch5x5_2", 48, 64, 5, 5)),
                chain(
                        m.conv("branch3x3dbl_1", in, 64, 1, 1),
                        m.conv("branch3x3dbl_2", 64, 96, 3, 3),
                        m.conv("branch3x3dbl_3", 96, 96, 3, 3)),
                chain(averagePool(), m.conv("branch_pool", in, pool, 1, 1)));
        return m;
    }

    /** 35 x 35 to 17 x 17. */
    static Mixed b(int in) {
        Mixed m = new Mixed();
        m.branches = concat(
                m.valid("branch3x3", in, 384, 3, 2),
                chain(
                        m.conv("branch3x3dbl_1", in, 64, 1, 1),
                        m.conv("branch3x3dbl_2", 64, 96, 3, 3),
                        m.valid("branch3x3dbl_3", 96, 96, 3, 2)),
                halvingMaxPool());
        return m;
    }

    /** 17 x 17: 1x1, 7x7 as 1x7 and 7x1, two of these, pool; c is the narrow width. */
    static Mixed c(int in, int c) {
        Mixed m = new Mixed();
        m.branches = concat(
                m.conv("branch1x1", in, 192, 1, 1),
                chain(
                        m.conv("branch7x7_1", in, c, 1, 1),
                        m.conv("branch7x7_2", c, c, 1, 7),
                        m.conv("branch7x7_3", c, 192, 7, 1)),
                chain(
                        m.conv("branch7x7dbl_1", in, c, 1, 1),
                        m.conv("branch7x7dbl_2", c, c, 7, 1),
                        m.conv("branch7x7dbl_3", c, c, 1, 7),
                        m.conv("branch7x7dbl_4", c, c, 7, 1),
                        m.conv("branch7x7dbl_5", c, 192, 1, 7)),
                chain(averagePool(), m.conv("branch_pool", in, 192, 1, 1)));
        return m;
    }

    /** 17 x 17 to 8 x 8. */
    static Mixed d(int in) {
        Mixed m = new Mixed();
        m.branches = concat(
                chain(m.conv("branch3x3_1", in, 192, 1, 1), m.valid("branch3x3_2", 192, 320, 3, 2)),
                chain(
                        m.conv("branch7x7x3_1", in, 192, 1, 1),
                        m.conv("branch7x7x3_2", 192, 192, 1, 7),
                        m.conv("branch7x7x3_3", 192, 192, 7, 1),
                        m.valid("branch7x7x3_4", 192, 192, 3, 2)),
                halvingMaxPool());
        return m;
    }

    /** 8 x 8: 1x1, 3x3 spread over 1x3 and 3x1, the same after a 3x3, pool (a mean in the first such block, a maximum in the second). */
    static Mixed e(int in, Layer pool) {
        Mixed m = new Mixed();
        m.branches = concat(
                m.conv("branch1x1", in, 320, 1, 1),
                chain(
                        m.conv("branch3x3_1", in, 384, 1, 1),
                        concat(m.conv("branch3x3_2a", 384, 384, 1, 3), m.conv("branch3x3_2b", 384, 384, 3, 1))),
                chain(
                        m.conv("branch3x3dbl_1", in, 448, 1, 1),
                        m.conv("branch3x3dbl_2", 448, 384, 3, 3),
                        concat(m.conv("branch3x3dbl_3a", 384, 384, 1, 3), m.conv("branch3x3dbl_3b", 384, 384, 3, 1))),
                chain(pool, m.conv("branch_pool", in, 192, 1, 1)));
        return m;
    }

    @Override
    public Tensor forward(Tensor x) {
        return within(x, () -> branches.forward(x));
    }
}
