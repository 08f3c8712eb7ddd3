package org.ditlab.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.ditlab.fixtures.Closeness.assertCloseToLargest;

import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.ditlab.data.NpyArray;
import org.ditlab.tensor.Tensor;
import org.ditlab.tensor.random.Streams;
import org.ditlab.tensor.spi.Backend;
import org.ditlab.tensor.spi.BackendProvider;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Our blocks against the official ones: outputs and gradients. The official blocks work on images (N, C, H, W), ours on
 * tokens (N, T, C). A case's name and its arrays' shapes say what it is; a name of no known form fails.
 */
class ModuleFixtureTests {
    private static final Pattern DOWNSAMPLER = Pattern.compile("downsampler_k(\\d+)_f(\\d+)_sc([01])");
    private static final Pattern ATTENTION = Pattern.compile("attention_(dot|v2)_(nope|rope2d)");
    private static final Pattern FFN = Pattern.compile("ffn_rep([01])");

    /** The factor of the attention cases, of which the names do not tell: the official default. */
    private static final int FACTOR = 2;

    static Stream<Arguments> cases() {
        return Component.onBackends("modules");
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("cases")
    void agrees(Component component, BackendProvider provider) {
        Component.on(provider, backend -> check(component, backend));
    }

    private static void check(Component component, Backend backend) {
        Matcher downsampler = DOWNSAMPLER.matcher(component.name());
        Matcher attention = ATTENTION.matcher(component.name());
        Matcher ffn = FFN.matcher(component.name());
        if (downsampler.matches()) {
            downsampler(
                    component,
                    backend,
                    Integer.parseInt(downsampler.group(1)),
                    Integer.parseInt(downsampler.group(2)),
                    downsampler.group(3).equals("1"));
        } else if (attention.matches()) {
            attention(
                    component,
                    backend,
                    attention.group(1).equals("v2"),
                    attention.group(2).equals("rope2d"));
        } else if (ffn.matches()) {
            ffn(component, backend, ffn.group(1).equals("1"));
        } else {
            plain(component, backend);
        }
    }

    private static void plain(Component component, Backend backend) {
        int[] x = component.array("x").shape();
        switch (component.name()) {
            case "mlp_tanh" -> {
                Mlp mlp = new Mlp(x[1], component.array("param/fc1.weight").shape()[0], Lineage.UDIT);
                Grid grid = grid(component);
                check(component, backend, mlp, image -> grid.image(mlp.forward(grid.tokens(image))));
            }
            case "vit_attention" -> {
                AttentionForm form =
                        new AttentionForm(AttentionTokens.FULL, 1, Downsampler.NONE, 0, false, Logits.DOT, false);
                Attention attention = new Attention(block(component, x[2], new Grid(1, x[1]), form, Lineage.DIT));
                check(component, backend, attention, attention::forward);
            }
            case "downsample_stage" -> {
                Grid grid = grid(component);
                Resample down = Resample.down(x[1], grid);
                Grid small = grid.dividedBy(2);
                check(component, backend, down, image -> small.image(down.forward(grid.tokens(image))));
            }
            case "upsample_stage" -> {
                Grid grid = grid(component);
                Resample up = Resample.up(x[1], grid);
                Grid large = new Grid(2 * grid.rows(), 2 * grid.columns());
                check(component, backend, up, image -> large.image(up.forward(grid.tokens(image))));
            }
            default -> throw new AssertionError("no check for the module case " + component);
        }
    }

    private static void downsampler(Component component, Backend backend, int kernel, int factor, boolean shortcut) {
        int channels = component.array("x").shape()[1];
        Grid grid = grid(component);
        TokenDownsampler downsampler = new TokenDownsampler(Downsampler.DEPTHWISE, channels, kernel, shortcut, grid);
        TokenGroups groups = new TokenGroups(grid, factor, 1);
        int[] split = component.array("y_train").shape();
        check(
                component,
                backend,
                downsampler,
                image -> groups.split(downsampler.forward(grid.tokens(image))).reshape(split));
    }

    private static void attention(Component component, Backend backend, boolean cosine, boolean rope) {
        int channels = component.array("x").shape()[1];
        int kernel = component.array("param/downsampler.layer.weight").shape()[2];
        Grid grid = grid(component);
        AttentionForm form = new AttentionForm(
                AttentionTokens.QKV_DOWNSAMPLED,
                FACTOR,
                Downsampler.DEPTHWISE,
                kernel,
                true,
                cosine ? Logits.COSINE : Logits.DOT,
                rope);
        Attention attention = new Attention(block(component, channels, grid, form, Lineage.UDIT));
        Component.load(backend, attention, component.below("param/"));
        component.check(
                backend,
                attention,
                image -> grid.image(attention.forward(grid.tokens(image))),
                "y_train",
                component.below("grad/"),
                cosine ? Component.COSINE_GRADIENTS : Component.GRADIENTS);
    }

    private static void ffn(Component component, Backend backend, boolean reparam) {
        int channels = component.array("x").shape()[1];
        String first = reparam ? "param/project_in.1.weight" : "param/project_in.weight";
        int hidden = component.array(first).shape()[0];
        Grid grid = grid(component);
        FeedForward ffn = reparam ? new ReparamFfn(channels, hidden, grid) : new DepthwiseFfn(channels, hidden, grid);
        check(component, backend, ffn, image -> grid.image(ffn.forward(grid.tokens(image))));
        if (reparam) {
            try (Backend.Guard guard = backend.noGrad()) {
                folded(component, backend, ffn, new DepthwiseFfn(channels, hidden, grid), grid);
            }
        }
    }

    private static void folded(Component component, Backend backend, FeedForward ffn, DepthwiseFfn folded, Grid grid) {
        folded.materialize(backend, new Streams(0));
        ffn.foldInto(folded);
        Tensor out = folded.forward(grid.tokens(component.tensor(backend, "x")));
        component.assertClose(grid.image(out), "y_eval");
        Map<String, Tensor> ours = new HashMap<>();
        folded.parameters().forEach((name, parameter) -> ours.put(name.replace('.', '_'), parameter.value()));
        Map<String, NpyArray> expected = component.below("folded/");
        assertThat(ours.keySet()).isEqualTo(expected.keySet());
        expected.forEach(
                (name, values) -> assertCloseToLargest(ours.get(name), values, Component.VALUES, "folded/" + name));
    }

    private static void check(Component component, Backend backend, Module module, UnaryOperator<Tensor> forward) {
        Component.load(backend, module, component.below("param/"));
        component.check(backend, module, forward, "y_train", component.below("grad/"), Component.GRADIENTS);
    }

    private static BlockForm block(Component component, int width, Grid grid, AttentionForm form, Lineage lineage) {
        int heads = component.fixture().json().get("heads").asInt();
        FeedForwardForm ffn = new FeedForwardForm(FeedForwardKind.MLP, 1, 1, false);
        return new BlockForm(width, heads, width, grid, Conditioning.ADALN_ZERO, form, ffn, lineage);
    }

    /** The grid of the input image. */
    private static Grid grid(Component component) {
        int[] x = component.array("x").shape();
        return new Grid(x[2], x[3]);
    }
}
