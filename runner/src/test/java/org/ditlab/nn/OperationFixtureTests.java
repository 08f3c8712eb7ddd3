package org.ditlab.nn;

import static org.ditlab.fixtures.Closeness.assertClose;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.ditlab.data.NpyArray;
import org.ditlab.tensor.Composites;
import org.ditlab.tensor.Tensor;
import org.ditlab.tensor.spi.Backend;
import org.ditlab.tensor.spi.BackendProvider;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Elementary operations against PyTorch's, convolutions with gradients. The first letters of a case's name say which; a
 * name of no known form fails.
 */
class OperationFixtureTests {
    private static final Pattern OPERATION = Pattern.compile(
            "(layernorm2d|layernorm|gelu|silu|normalize|softmax|pixel_shuffle|pixel_unshuffle|token_split|unpatchify"
                    + "|conv|dw|patch)(\\d*)(_p\\d+_c\\d+|_[a-z_]+)?");
    private static final Pattern FACTOR = Pattern.compile("factor(\\d+)");

    /** Of the layer norm: what it makes of equal values is their mean's rounding error over its square root. */
    private static final double EPSILON = 1e-6;

    static Stream<Arguments> cases() {
        return Component.onBackends("ops");
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("cases")
    void agrees(Component component, BackendProvider provider) {
        Component.on(provider, backend -> check(component, backend));
    }

    private static void check(Component component, Backend backend) {
        Matcher matcher = OPERATION.matcher(component.name());
        if (!matcher.matches()) {
            throw new AssertionError("no check for the operation case " + component);
        }
        switch (matcher.group(1)) {
            case "layernorm2d" -> {
                Tensor x = component.tensor(backend, "x");
                Grid grid = new Grid(x.dim(2), x.dim(3));
                Tensor y = grid.image(new LayerNorm(x.dim(1), false).forward(grid.tokens(x)));
                component.assertClose(y, "y");
            }
            case "layernorm" -> {
                Tensor x = component.tensor(backend, "x");
                Tensor y = new LayerNorm(x.dim(-1), false).forward(x);
                if ("_constant".equals(matcher.group(3))) {
                    double rounding = Math.ulp(x.toFloats()[0]) / Math.sqrt(EPSILON);
                    assertClose(y, component.array("y"), rounding, component.name());
                } else {
                    component.assertClose(y, "y");
                }
            }
            case "gelu" -> {
                Tensor x = component.tensor(backend, "x");
                component.assertClose(Composites.geluErf(x), "erf");
                component.assertClose(Composites.geluTanh(x), "tanh");
            }
            case "silu" -> component.assertClose(Composites.silu(input(component, backend, "gelu")), "y");
            case "normalize" -> component.assertClose(Composites.normalize(component.tensor(backend, "x")), "y");
            case "softmax" ->
                component.assertClose(component.tensor(backend, "x").softmax(-1), "y");
            case "pixel_shuffle" -> {
                Tensor x = component.tensor(backend, "x");
                Tensor tokens =
                        Resample.up(x.dim(1) / 2, new Grid(x.dim(2), x.dim(3))).shuffle(x);
                component.assertClose(new Grid(2 * x.dim(2), 2 * x.dim(3)).image(tokens), "y");
            }
            case "pixel_unshuffle" -> {
                Tensor x = input(component, backend, "pixel_shuffle");
                Tensor tokens = Resample.down(2 * x.dim(1), new Grid(x.dim(2), x.dim(3)))
                        .unshuffle(x);
                component.assertClose(new Grid(x.dim(2) / 2, x.dim(3) / 2).image(tokens), "y");
            }
            case "token_split" -> split(component, backend);
            case "unpatchify" -> {
                int patch = number(matcher.group(3), 'p');
                int[] y = component.array("y").shape();
                Grid grid = new Grid(y[2] / patch, y[3] / patch);
                component.assertClose(grid.unpatchify(component.tensor(backend, "x"), patch), "y");
            }
            default -> convolution(component, backend, matcher.group(1), Integer.parseInt(matcher.group(2)));
        }
    }

    /** A case's own input, or that of the case it shares the input with. */
    private static Tensor input(Component component, Backend backend, String other) {
        return component.has("x")
                ? component.tensor(backend, "x")
                : new Component(component.fixture(), other).tensor(backend, "x");
    }

    private static void split(Component component, Backend backend) {
        Tensor x = component.tensor(backend, "x");
        Grid grid = new Grid(x.dim(2), x.dim(3));
        component.below("").forEach((name, expected) -> {
            Matcher factor = FACTOR.matcher(name);
            if (factor.matches()) {
                TokenGroups groups = new TokenGroups(grid, Integer.parseInt(factor.group(1)), 1);
                component.assertClose(groups.split(grid.tokens(x)).reshape(expected.shape()), name);
            } else if (!name.equals("x")) {
                throw new AssertionError("no check for the token split " + name);
            }
        });
    }

    private static void convolution(Component component, Backend backend, String kind, int kernel) {
        int in = component.array("x").shape()[1];
        int out = component.array("y").shape()[1];
        Conv2d convolution = switch (kind) {
            case "conv" -> Conv2d.same(in, out, kernel, Initializer.zeros());
            case "dw" -> Conv2d.depthwise(in, kernel);
            default -> new Conv2d(in, out, kernel, kernel, 0, 1, Initializer.zeros());
        };
        Map<String, NpyArray> parameters = new LinkedHashMap<>();
        Map<String, NpyArray> gradients = new LinkedHashMap<>();
        for (String name : List.of("weight", "bias")) {
            parameters.put(name, component.array(name));
            gradients.put(name, component.array("grad_" + name));
        }
        Component.load(backend, convolution, parameters);
        component.check(backend, convolution, convolution::forward, "y", gradients, Component.GRADIENTS);
    }

    private static int number(String text, char after) {
        Matcher matcher = Pattern.compile(after + "(\\d+)").matcher(text);
        if (!matcher.find()) {
            throw new AssertionError("no number after " + after + " in " + text);
        }
        return Integer.parseInt(matcher.group(1));
    }
}
