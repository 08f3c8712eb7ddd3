package org.ditlab.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.ditlab.tensor.DType;
import org.ditlab.tensor.Device;
import org.ditlab.tensor.Scope;
import org.ditlab.tensor.Shape;
import org.ditlab.tensor.Tensor;
import org.ditlab.tensor.random.Streams;
import org.ditlab.tensor.reference.ReferenceBackendProvider;
import org.ditlab.tensor.spi.Backend;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RotaryEmbeddingTests {
    private static final int HEAD = 8;

    /** Twice as wide as high: rows of sqrt(tokens), as the official code takes, would be wrong. */
    private static final Grid WIDE = new Grid(4, 8);

    private Backend backend;
    private Scope scope;

    @BeforeEach
    void open() {
        backend = new ReferenceBackendProvider().open(Device.CPU, 1);
        scope = backend.scope();
    }

    @AfterEach
    void close() {
        scope.close();
        backend.close();
    }

    @Test
    void anglesFollowTheTrueRowsAndColumns() {
        double[] turned = turn(rope(WIDE, 1, 0, 0), WIDE.tokens(), 1, 0);

        for (int row = 0; row < WIDE.rows(); row++) {
            for (int column = 0; column < WIDE.columns(); column++) {
                double[] angles = {column, row, column * 0.01, row * 0.01}; // 10000^(-4 j / 8) = 1, 0.01
                for (int pair = 0; pair < angles.length; pair++) {
                    int at = (row * WIDE.columns() + column) * HEAD + 2 * pair;
                    assertThat(turned[at]).isCloseTo(Math.cos(angles[pair]), within(1e-6));
                    assertThat(turned[at + 1]).isCloseTo(Math.sin(angles[pair]), within(1e-6));
                }
            }
        }
    }

    @Test
    void productsDependOnTheDisplacementOnly() {
        double[] query = turn(rope(WIDE, 1, 0, 0), WIDE.tokens(), 0.8, -0.3);
        double[] key = turn(rope(WIDE, 1, 0, 0), WIDE.tokens(), 0.1, 0.9);

        for (int row = 1; row < WIDE.rows(); row++) {
            for (int column = 2; column < WIDE.columns(); column++) {
                int from = row * WIDE.columns() + column;
                int to = (row - 1) * WIDE.columns() + column - 2;
                int origin = 0;
                int away = WIDE.columns() + 2;
                assertThat(dot(query, from, key, to)).isCloseTo(dot(query, away, key, origin), within(1e-5));
            }
        }
    }

    @Test
    void keysOfASmallerGridStandOnTheirPixels() {
        double[] pixels = turn(rope(WIDE, 1, 0, 0), WIDE.tokens(), 1, 0);
        Grid small = WIDE.dividedBy(2);

        double[] keys = turn(rope(small, 2, 1, 0), small.tokens(), 1, 0);

        for (int token = 0; token < small.tokens(); token++) {
            int row = 2 * (token / small.columns()) + 1;
            int column = 2 * (token % small.columns()) + 1;
            for (int channel = 0; channel < HEAD; channel++) {
                assertThat(keys[token * HEAD + channel])
                        .isEqualTo(pixels[(row * WIDE.columns() + column) * HEAD + channel]);
            }
        }
    }

    @Test
    void tokensPastTheGridStayAsTheyAre() {
        double[] turned = turn(rope(WIDE, 1, 0, 2), WIDE.tokens() + 2, 0.5, 0.25);

        for (int i = WIDE.tokens() * HEAD; i < turned.length; i += 2) {
            assertThat(turned[i]).isEqualTo(0.5);
            assertThat(turned[i + 1]).isEqualTo(0.25);
        }
    }

    private RotaryEmbedding rope(Grid grid, int stride, int offset, int extra) {
        RotaryEmbedding rope = new RotaryEmbedding(grid, HEAD, stride, offset, extra);
        rope.materialize(backend, new Streams(0));
        return rope;
    }

    /** Every token's pairs, all (a, b) before, as they are turned. */
    private double[] turn(RotaryEmbedding rope, int tokens, double a, double b) {
        double[] values = new double[tokens * HEAD];
        for (int i = 0; i < values.length; i += 2) {
            values[i] = a;
            values[i + 1] = b;
        }
        Tensor x = backend.tensor(values, Shape.of(1, 1, tokens, HEAD), DType.FLOAT32);
        return rope.forward(x).toDoubles();
    }

    private static double dot(double[] query, int from, double[] key, int to) {
        double sum = 0;
        for (int channel = 0; channel < HEAD; channel++) {
            sum += query[from * HEAD + channel] * key[to * HEAD + channel];
        }
        return sum;
    }
}
