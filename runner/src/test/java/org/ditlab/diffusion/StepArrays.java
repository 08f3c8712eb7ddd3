package org.ditlab.diffusion;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntFunction;
import org.ditlab.diffusion.sampler.Ddim;
import org.ditlab.diffusion.sampler.Ddpm;
import org.ditlab.fixtures.FixtureCase;
import org.ditlab.tensor.DType;
import org.ditlab.tensor.Shape;
import org.ditlab.tensor.Tensor;
import org.ditlab.tensor.spi.Backend;

/** What this platform makes of the inputs of the {@code steps} case: every array of it that is no input. */
final class StepArrays {
    private static final Set<String> INPUTS = Set.of(
            "x_start",
            "noise",
            "model_output",
            "t",
            "step_noise",
            "discretized_nll/x",
            "discretized_nll/means",
            "discretized_nll/log_scales");

    private final Backend backend;
    private final FixtureCase fixture;
    private final Tensor start;
    private final Tensor noise;
    private final Tensor output;
    private final Tensor stepNoise;
    private final int[] t;
    private final Map<String, Tensor> made = new TreeMap<>();

    private StepArrays(Backend backend, FixtureCase fixture) {
        this.backend = backend;
        this.fixture = fixture;
        start = fixture.tensor(backend, "x_start");
        noise = fixture.tensor(backend, "noise");
        output = fixture.tensor(backend, "model_output");
        stepNoise = fixture.tensor(backend, "step_noise");
        t = timesteps("t");
    }

    /** Arrays by name; fails when the case holds others. */
    static Map<String, Tensor> of(Backend backend, FixtureCase fixture) {
        StepArrays arrays = new StepArrays(backend, fixture);
        Iterator<Map.Entry<String, JsonNode>> variants =
                fixture.json().get("variants").fields();
        while (variants.hasNext()) {
            Map.Entry<String, JsonNode> variant = variants.next();
            arrays.variant(variant.getKey(), diffusion(variant.getValue()));
        }
        arrays.posterior();
        for (String name : fixture.arrays().keySet()) {
            if (name.endsWith("/t_index")) {
                arrays.respaced(name.substring(0, name.indexOf('/')));
            }
        }
        Set<String> expected = new HashSet<>(fixture.arrays().keySet());
        expected.removeIf(name -> INPUTS.contains(name) || name.endsWith("/t_index"));
        assertThat(arrays.made.keySet()).containsExactlyInAnyOrderElementsOf(expected);
        return arrays.made;
    }

    /** The arguments of the official code as ours. */
    private static GaussianDiffusion diffusion(JsonNode arguments) {
        GaussianDiffusion diffusion = new GaussianDiffusion(NoiseSchedule.linear(1000), true);
        Iterator<String> names = arguments.fieldNames();
        while (names.hasNext()) {
            diffusion = switch (names.next()) {
                case "rescale_learned_sigmas" -> diffusion.minimising(LossKind.RESCALED_MSE);
                case "predict_xstart" -> diffusion.predicting(PredictionTarget.X0);
                case "use_kl" -> diffusion.minimising(LossKind.KL);
                case "learn_sigma" ->
                    diffusion.varying(
                            arguments.has("sigma_small") ? VarianceForm.FIXED_SMALL : VarianceForm.FIXED_LARGE);
                case "sigma_small" -> diffusion;
                default -> throw new AssertionError("an argument that is not understood: " + arguments);
            };
        }
        return diffusion;
    }

    private void variant(String name, GaussianDiffusion diffusion) {
        boolean learns = !name.startsWith("fixed");
        Tensor given = backend.leaf(learns ? output : output.slice(1, 0, start.dim(1)), true);
        Losses losses = diffusion.losses(given, start, t, noise);
        made.put(name + "/loss/loss", losses.total());
        if (fixture.has(name + "/loss/mse")) {
            made.put(name + "/loss/mse", losses.mse());
        }
        if (fixture.has(name + "/loss/vb")) {
            made.put(name + "/loss/vb", losses.vb());
        }
        losses.total().mean().backward();
        made.put(name + "/grad_model_output", Objects.requireNonNull(given.grad()));
        Tensor noisy = diffusion.noisy(start, t, noise);
        made.put("x_t", noisy);
        for (int clip = 0; clip < 2; clip++) {
            Prediction prediction = diffusion.predict(given, noisy, t, clip == 1);
            String prefix = name + "/p_mean_variance/clip" + clip;
            made.put(prefix + "/mean", prediction.mean());
            made.put(prefix + "/log_variance", prediction.logVariance());
            made.put(prefix + "/variance", variance(name, diffusion, prediction));
            made.put(prefix + "/pred_xstart", prediction.start());
            made.put(name + "/p_sample/clip" + clip, ancestral(diffusion, given, noisy, t, clip == 1));
        }
        for (double eta : new double[] {0, 0.5, 1}) {
            made.put(name + "/ddim_sample/eta" + eta, ddim(diffusion, given, noisy, t, eta));
        }
        made.put(
                name + "/ddim_reverse_sample",
                eachSample(i -> Ddim.inverse(
                        diffusion.schedule(),
                        look(diffusion, given, noisy, i, Math.min(t[i], 998), false),
                        Math.min(t[i], 998))));
    }

    /** The official table of the small fixed variance holds 0 at t = 0, its logarithm the value of t = 1. */
    private Tensor variance(String name, GaussianDiffusion diffusion, Prediction prediction) {
        return name.equals("fixed_small")
                ? broadcast(i -> diffusion.schedule().posteriorVariance(i))
                : prediction.logVariance().exp();
    }

    private void posterior() {
        GaussianDiffusion diffusion = new GaussianDiffusion(NoiseSchedule.linear(1000), true);
        NoiseSchedule schedule = diffusion.schedule();
        made.put("q_posterior/mean", diffusion.posteriorMean(start, diffusion.noisy(start, t, noise), t));
        made.put("q_posterior/variance", broadcast(schedule::posteriorVariance));
        made.put("q_posterior/log_variance_clipped", broadcast(schedule::posteriorLogVariance));
        made.put("prior_bpd", diffusion.priorBound(start));
        made.put(
                "discretized_nll/log_probs",
                DiscretizedGaussian.logLikelihood(
                        fixture.tensor(backend, "discretized_nll/x"),
                        fixture.tensor(backend, "discretized_nll/means"),
                        fixture.tensor(backend, "discretized_nll/log_scales")));
    }

    private void respaced(String name) {
        int count = Integer.parseInt(name.substring("respaced".length()));
        GaussianDiffusion diffusion = new GaussianDiffusion(NoiseSchedule.linear(1000), true).respaced(count);
        int[] index = timesteps(name + "/t_index");
        Tensor noisy = fixture.tensor(backend, "x_t");
        made.put(name + "/t_seen_by_model", diffusion.told(backend, index));
        made.put(
                name + "/pred_xstart",
                diffusion.predict(output, noisy, index, false).start());
        made.put(name + "/p_sample", ancestral(diffusion, output, noisy, index, false));
        made.put(name + "/ddim_sample/eta0.0", ddim(diffusion, output, noisy, index, 0));
    }

    private Tensor ancestral(GaussianDiffusion diffusion, Tensor given, Tensor noisy, int[] index, boolean clip) {
        return eachSample(i -> Ddpm.step(look(diffusion, given, noisy, i, index[i], clip), index[i], step -> one(i)));
    }

    private Tensor ddim(GaussianDiffusion diffusion, Tensor given, Tensor noisy, int[] index, double eta) {
        return eachSample(i -> new Ddim(eta)
                .step(
                        diffusion.schedule(),
                        look(diffusion, given, noisy, i, index[i], false),
                        index[i],
                        step -> one(i)));
    }

    private Tensor one(int i) {
        return stepNoise.slice(0, i, i + 1);
    }

    private static Prediction look(
            GaussianDiffusion diffusion, Tensor given, Tensor noisy, int i, int step, boolean clip) {
        return diffusion.predict(given.slice(0, i, i + 1), noisy.slice(0, i, i + 1), new int[] {step}, clip);
    }

    private Tensor eachSample(IntFunction<Tensor> step) {
        List<Tensor> rows = new ArrayList<>();
        for (int i = 0; i < t.length; i++) {
            rows.add(step.apply(i));
        }
        return Tensor.concat(0, rows);
    }

    private Tensor broadcast(java.util.function.IntToDoubleFunction table) {
        float[] values = new float[t.length];
        for (int i = 0; i < t.length; i++) {
            values[i] = (float) table.applyAsDouble(t[i]);
        }
        return backend.tensor(values, Shape.of(t.length, 1, 1, 1), DType.FLOAT32)
                .broadcastTo(start.shape().toArray());
    }

    private int[] timesteps(String array) {
        long[] longs = fixture.array(array).longs();
        int[] steps = new int[longs.length];
        for (int i = 0; i < steps.length; i++) {
            steps[i] = (int) longs[i];
        }
        return steps;
    }
}
