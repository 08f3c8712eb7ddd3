package org.ditlab.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.ditlab.fixtures.Closeness.assertClose;
import static org.ditlab.fixtures.Closeness.assertCloseToLargest;

import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.ditlab.data.NpyArray;
import org.ditlab.tensor.DType;
import org.ditlab.tensor.Shape;
import org.ditlab.tensor.Tensor;
import org.ditlab.tensor.random.Streams;
import org.ditlab.tensor.spi.Backend;
import org.ditlab.tensor.spi.BackendProvider;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Embeddings of timestep and place against the official ones. Every array is checked or an input; others fail. */
class EmbeddingFixtureTests {
    private static final Pattern TIMESTEP = Pattern.compile("(int|float)_t/dim(\\d+)");
    private static final Pattern TABLE = Pattern.compile("dim(\\d+)_grid(\\d+)");
    private static final Pattern ROTATION = Pattern.compile("headdim(\\d+)_n(\\d+)/(cos|sin)");
    private static final Pattern APPLICATION = Pattern.compile("apply/([qk])(_out)?");
    private static final double FLOAT64 = 1e-12;

    static Stream<Arguments> cases() {
        return Component.onBackends("embeddings");
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("cases")
    void agrees(Component component, BackendProvider provider) {
        Component.on(
                provider,
                backend -> component.below("").forEach((array, expected) -> {
                    boolean known = switch (component.name()) {
                        case "timestep" -> timestep(component, backend, array, expected);
                        case "sincos2d" -> table(array, expected);
                        case "rope2d" ->
                            rotation(backend, array, expected) || application(component, backend, array, expected);
                        default -> false;
                    };
                    assertThat(known).as("a check for %s/%s", component, array).isTrue();
                }));
    }

    /**
     * The official frequencies are a float32 exponential, up to one unit in the last place off; ours are rounded once. At a
     * timestep t that moves the angle, and with it sine and cosine, by up to one unit in the last place of t.
     */
    private static boolean timestep(Component component, Backend backend, String array, NpyArray expected) {
        Matcher matcher = TIMESTEP.matcher(array);
        if (!matcher.matches()) {
            return array.equals("t_int") || array.equals("t_float");
        }
        double[] t = component.array("t_" + matcher.group(1)).doubles();
        Tensor times = backend.tensor(t, Shape.of(t.length), DType.FLOAT32);
        Tensor ours = TimestepEmbedder.sinusoids(times, Integer.parseInt(matcher.group(2)));
        double largest = Arrays.stream(t).max().orElseThrow();
        assertClose(ours, expected, Math.max(Component.VALUES, Math.ulp((float) largest)), array);
        return true;
    }

    private static boolean table(String array, NpyArray expected) {
        Matcher matcher = TABLE.matcher(array);
        if (!matcher.matches()) {
            return false;
        }
        int side = Integer.parseInt(matcher.group(2));
        double[] ours = PositionTable.sinCos2d(side, side, Integer.parseInt(matcher.group(1)));
        double[] theirs = expected.doubles();
        assertThat(ours).hasSameSizeAs(theirs);
        for (int i = 0; i < ours.length; i++) {
            assertThat(Math.abs(ours[i] - theirs[i])).as("%s[%d]", array, i).isLessThanOrEqualTo(FLOAT64);
        }
        return true;
    }

    /**
     * The tables, read off the turned unit vectors. The official code takes floor(sqrt(n)) as the row length of n tokens
     * whatever the grid; where n is no square, its table is that of the first n tokens of a grid with such rows.
     */
    private static boolean rotation(Backend backend, String array, NpyArray expected) {
        Matcher matcher = ROTATION.matcher(array);
        if (!matcher.matches()) {
            return false;
        }
        int headDim = Integer.parseInt(matcher.group(1));
        int tokens = Integer.parseInt(matcher.group(2));
        int columns = (int) Math.sqrt(tokens);
        Grid grid = new Grid((tokens + columns - 1) / columns, columns);
        float[] units = new float[grid.tokens() * headDim];
        for (int i = 0; i < units.length; i += 2) {
            units[i] = 1;
        }
        RotaryEmbedding rope = rope(backend, grid, headDim);
        Tensor x = backend.tensor(units, Shape.of(1, 1, grid.tokens(), headDim), DType.FLOAT32);
        double[] turned = rope.forward(x).slice(2, 0, tokens).toDoubles();
        double[] part = new double[turned.length / 2];
        Arrays.setAll(part, i -> turned[2 * i + (matcher.group(3).equals("cos") ? 0 : 1)]);
        Tensor ours = backend.tensor(part, Shape.of(tokens, headDim / 2), DType.FLOAT32);
        assertCloseToLargest(ours, expected, Component.VALUES, array);
        return true;
    }

    private static boolean application(Component component, Backend backend, String array, NpyArray expected) {
        Matcher matcher = APPLICATION.matcher(array);
        if (matcher.matches() && matcher.group(2) != null) {
            int[] shape = expected.shape(); // (N, T, heads, d)
            int side = (int) Math.sqrt(shape[1]);
            RotaryEmbedding rope = rope(backend, new Grid(side, shape[1] / side), shape[3]);
            Tensor x = component.tensor(backend, "apply/" + matcher.group(1)).transpose(1, 2);
            assertCloseToLargest(rope.forward(x).transpose(1, 2), expected, Component.VALUES, array);
        }
        return matcher.matches();
    }

    private static RotaryEmbedding rope(Backend backend, Grid grid, int headDim) {
        RotaryEmbedding rope = new RotaryEmbedding(grid, headDim, 1, 0, 0);
        rope.materialize(backend, new Streams(0));
        return rope;
    }
}
