package org.ditlab.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.ditlab.tensor.Composites;
import org.ditlab.tensor.DType;
import org.ditlab.tensor.Device;
import org.ditlab.tensor.Scope;
import org.ditlab.tensor.Shape;
import org.ditlab.tensor.Tensor;
import org.ditlab.tensor.random.Streams;
import org.ditlab.tensor.reference.ReferenceBackendProvider;
import org.ditlab.tensor.spi.Backend;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AttentionTests {
    private static final int WIDTH = 8;
    private static final int HEADS = 2;

    /**
     * ToDo drops tokens before keys and values are projected; with nearest neighbours that is the same as dropping them
     * after the linear layer, and cheaper.
     */
    @ParameterizedTest
    @CsvSource({"2, 4, 8", "3, 6, 3", "1, 2, 3", "4, 8, 4"})
    void nearestKeysAndValuesMayBeTakenBeforeOrAfterTheLinearLayer(int factor, int rows, int columns) {
        try (Backend backend = new ReferenceBackendProvider().open(Device.CPU, 1);
                Scope scope = backend.scope()) {
            Grid grid = new Grid(rows, columns);
            Attention attention = attention(grid, AttentionTokens.KV_DOWNSAMPLED, factor, backend);
            Tensor x = normal(backend, 1, grid.tokens(), WIDTH);

            Tensor ours = attention.forward(x);

            assertNear(ours, downsampledAfterwards(attention, x, grid, factor));
        }
    }

    @Test
    void groupsOfTheWholeGridAreFullAttention() {
        try (Backend backend = new ReferenceBackendProvider().open(Device.CPU, 1);
                Scope scope = backend.scope()) {
            Grid grid = new Grid(4, 6);
            Tensor x = normal(backend, 2, grid.tokens(), WIDTH);

            Tensor full = attention(grid, AttentionTokens.FULL, 2, backend).forward(x);

            assertNear(
                    attention(grid, AttentionTokens.QKV_DOWNSAMPLED, 1, backend).forward(x), full);
            assertNear(
                    attention(grid, AttentionTokens.KV_DOWNSAMPLED, 1, backend).forward(x), full);
        }
    }

    private static Tensor downsampledAfterwards(Attention attention, Tensor x, Grid grid, int factor) {
        var parameters = attention.parameters();
        Tensor all = x.linear(
                parameters.get("qkv.weight").value(), parameters.get("qkv.bias").value()); // (1, T, 3 C)
        Grid small = grid.dividedBy(factor);
        long[] nearest = IntStream.range(0, small.tokens())
                .mapToLong(token -> (long) (token / small.columns() * factor + factor / 2) * grid.columns()
                        + token % small.columns() * factor
                        + factor / 2)
                .toArray();
        Tensor picked = all.reshape(grid.tokens(), 3 * WIDTH)
                .embedding(x.backend().indices(nearest, Shape.of(1, small.tokens()))); // (1, S, 3 C)
        TokenGroups heads = new TokenGroups(grid, 1, HEADS);
        TokenGroups fewer = new TokenGroups(small, 1, HEADS);
        Tensor mixed = Composites.attention(
                heads.split(all.slice(2, 0, WIDTH)),
                fewer.split(picked.slice(2, WIDTH, 2 * WIDTH)),
                fewer.split(picked.slice(2, 2 * WIDTH, 3 * WIDTH)),
                1 / Math.sqrt(WIDTH / (double) HEADS),
                0);
        return heads.merge(mixed)
                .linear(
                        parameters.get("proj.weight").value(),
                        parameters.get("proj.bias").value());
    }

    private static Attention attention(Grid grid, AttentionTokens tokens, int factor, Backend backend) {
        AttentionForm form = new AttentionForm(tokens, factor, Downsampler.NONE, 5, false, Logits.DOT, false);
        FeedForwardForm ffn = new FeedForwardForm(FeedForwardKind.MLP, 4, 8, false);
        Attention attention = new Attention(
                new BlockForm(WIDTH, HEADS, WIDTH, grid, Conditioning.ADALN_ZERO, form, ffn, Lineage.DIT));
        attention.materialize(backend, new Streams(3));
        return attention;
    }

    private static Tensor normal(Backend backend, int... dims) {
        Shape shape = Shape.of(dims);
        float[] values = new float[(int) shape.elements()];
        new Streams(5).stream("noise").normal(0, 0, values, 0, values.length);
        return backend.tensor(values, shape, DType.FLOAT32);
    }

    private static void assertNear(Tensor actual, Tensor expected) {
        assertThat(actual.shape()).isEqualTo(expected.shape());
        double[] theirs = expected.toDoubles();
        double[] ours = actual.toDoubles();
        for (int i = 0; i < ours.length; i++) {
            assertThat(ours[i]).isCloseTo(theirs[i], within(1e-6));
        }
    }
}
