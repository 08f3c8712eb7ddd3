package org.ditlab.nn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.ditlab.tensor.DType;
import org.ditlab.tensor.Device;
import org.ditlab.tensor.Scope;
import org.ditlab.tensor.Shape;
import org.ditlab.tensor.Tensor;
import org.ditlab.tensor.reference.ReferenceBackendProvider;
import org.ditlab.tensor.spi.Backend;

class TokenGroupsTests {
    @Property(tries = 100)
    void mergeUndoesSplitAndGroupsAreInterleaved(
            @ForAll @IntRange(min = 1, max = 4) int factor,
            @ForAll @IntRange(min = 1, max = 4) int rows,
            @ForAll @IntRange(min = 1, max = 4) int columns,
            @ForAll @IntRange(min = 1, max = 3) int heads,
            @ForAll @IntRange(min = 1, max = 3) int images) {
        Grid grid = new Grid(rows * factor, columns * factor);
        int headDim = 2;
        int width = heads * headDim;
        float[] numbered = new float[images * grid.tokens() * width];
        IntStream.range(0, numbered.length).forEach(i -> numbered[i] = i);
        try (Backend backend = new ReferenceBackendProvider().open(Device.CPU, 1);
                Scope scope = backend.scope()) {
            Tensor x = backend.tensor(numbered, Shape.of(images, grid.tokens(), width), DType.FLOAT32);
            TokenGroups groups = new TokenGroups(grid, factor, heads);

            Tensor split = groups.split(x);

            assertThat(split.shape()).isEqualTo(Shape.of(images * factor * factor, heads, rows * columns, headDim));
            assertThat(groups.merge(split).toFloats()).isEqualTo(numbered);
            assertStride(split.toFloats(), rows, columns, factor, width);
        }
    }

    /** Neighbours within a group are factor pixels apart. */
    private static void assertStride(float[] split, int rows, int columns, int factor, int width) {
        int headDim = 2;
        for (int token = 1; token < rows * columns; token++) {
            float step = split[token * headDim] - split[(token - 1) * headDim];
            boolean newRow = token % columns == 0;
            int pixels = newRow ? factor * columns * factor - factor * (columns - 1) : factor;
            assertThat(step).isEqualTo(pixels * width);
        }
    }
}
