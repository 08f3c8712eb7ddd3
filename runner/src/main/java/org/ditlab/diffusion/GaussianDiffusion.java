package org.ditlab.diffusion;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import org.ditlab.knob.Settings;
import org.ditlab.tensor.DType;
import org.ditlab.tensor.Shape;
import org.ditlab.tensor.Tensor;
import org.ditlab.tensor.spi.Backend;

/**
 * Gaussian diffusion: what the model is trained to predict, and what its output says of the step before. By default as DiT
 * has it: the model predicts the noise and, with learned sigma, where the log-variance lies between its two bounds.
 * Timesteps are per sample, {@code int[N]}; images are (N, C, H, W) float32. Immutable; the words return a process with
 * that much changed. Source: Ho et al., arXiv:2006.11239; Nichol & Dhariwal, arXiv:2102.09672, section 3.1.
 */
public final class GaussianDiffusion {
    /** Timesteps of training. */
    public static final int TIMESTEPS = 1000;

    private static final double LN2 = Math.log(2);

    private final NoiseSchedule schedule;
    private final PredictionTarget target;
    private final VarianceForm variance;
    private final LossKind loss;
    private final LossWeighting weighting;

    /** The process of DiT. */
    public GaussianDiffusion(NoiseSchedule schedule, boolean learnsSigma) {
        this(
                schedule,
                PredictionTarget.EPSILON,
                learnsSigma ? VarianceForm.LEARNED_RANGE : VarianceForm.FIXED_LARGE,
                LossKind.MSE,
                LossWeighting.UNIFORM);
    }

    private GaussianDiffusion(
            NoiseSchedule schedule,
            PredictionTarget target,
            VarianceForm variance,
            LossKind loss,
            LossWeighting weighting) {
        this.schedule = schedule;
        this.target = target;
        this.variance = variance;
        this.loss = loss;
        this.weighting = weighting;
    }

    /** The process that the settings say, over all timesteps of training; training, sampling and evaluation all start here. */
    public static GaussianDiffusion of(Settings settings, boolean learnsSigma) {
        NoiseSchedule schedule = settings.get(DiffusionKnobs.NOISE_SCHEDULE).of(TIMESTEPS);
        return new GaussianDiffusion(schedule, learnsSigma)
                .predicting(settings.get(DiffusionKnobs.PREDICTION))
                .weighted(settings.get(DiffusionKnobs.LOSS_WEIGHTING));
    }

    /** The same process visiting only so many timesteps. */
    public GaussianDiffusion respaced(int count) {
        return new GaussianDiffusion(schedule.respaced(count), target, variance, loss, weighting);
    }

    public GaussianDiffusion predicting(PredictionTarget other) {
        return new GaussianDiffusion(schedule, other, variance, loss, weighting);
    }

    public GaussianDiffusion varying(VarianceForm other) {
        return new GaussianDiffusion(schedule, target, other, loss, weighting);
    }

    public GaussianDiffusion minimising(LossKind other) {
        return new GaussianDiffusion(schedule, target, variance, other, weighting);
    }

    public GaussianDiffusion weighted(LossWeighting other) {
        return new GaussianDiffusion(schedule, target, variance, loss, other);
    }

    public NoiseSchedule schedule() {
        return schedule;
    }

    private boolean learnsSigma() {
        return variance == VarianceForm.LEARNED_RANGE;
    }

    /** Draws from q(x_t | x_0): {@code sqrt(a_t) x_0 + sqrt(1 - a_t) noise}. */
    public Tensor noisy(Tensor start, int[] t, Tensor noise) {
        Tensor signal = start.mul(coefficient(start, t, schedule::signal));
        return signal.add(noise.mul(coefficient(start, t, schedule::noise)));
    }

    /** The timesteps as the model is told them, (N). */
    public Tensor told(Backend backend, int[] t) {
        float[] values = new float[t.length];
        for (int i = 0; i < t.length; i++) {
            values[i] = schedule.timestep(t[i]);
        }
        return backend.tensor(values, Shape.of(t.length), DType.FLOAT32);
    }

    /**
     * Reads the model's output at x_t.
     *
     * @param output (N, C, H, W), or (N, 2C, H, W) with learned sigma
     * @param clip whether the predicted x_0 is limited to [-1, 1]
     */
    public Prediction predict(Tensor output, Tensor noisy, int[] t, boolean clip) {
        int channels = noisy.dim(1);
        Tensor predicted = learnsSigma() ? output.slice(1, 0, channels) : output;
        Tensor logVariance = learnsSigma()
                ? between(output.slice(1, channels, 2 * channels), t)
                : coefficient(noisy, t, this::fixedLogVariance)
                        .broadcastTo(noisy.shape().toArray());
        Tensor signal = noisy.mul(coefficient(noisy, t, schedule::startOfNoisy));
        Tensor noiseScale = coefficient(noisy, t, schedule::startOfNoise);
        Tensor start = start(predicted, noisy, t, signal, noiseScale);
        Tensor noise;
        if (clip) {
            start = start.clamp(-1, 1);
            noise = signal.sub(start).div(noiseScale);
        } else {
            noise = noise(predicted, noisy, t, start, signal, noiseScale);
        }
        return new Prediction(posteriorMean(start, noisy, t), logVariance, start, noise);
    }

    private Tensor start(Tensor predicted, Tensor noisy, int[] t, Tensor signal, Tensor noiseScale) {
        return switch (target) {
            case EPSILON -> signal.sub(predicted.mul(noiseScale));
            case V ->
                noisy.mul(coefficient(noisy, t, schedule::signal))
                        .sub(predicted.mul(coefficient(noisy, t, schedule::noise)));
            case X0 -> predicted;
        };
    }

    private Tensor noise(Tensor predicted, Tensor noisy, int[] t, Tensor start, Tensor signal, Tensor noiseScale) {
        return switch (target) {
            case EPSILON -> predicted;
            case V ->
                predicted
                        .mul(coefficient(noisy, t, schedule::signal))
                        .add(noisy.mul(coefficient(noisy, t, schedule::noise)));
            case X0 -> signal.sub(start).div(noiseScale);
        };
    }

    private double fixedLogVariance(int t) {
        return t == 0 || variance == VarianceForm.FIXED_SMALL
                ? schedule.posteriorLogVariance(t)
                : Math.log(schedule.beta(t));
    }

    /** {@code frac log beta + (1 - frac) log posterior variance}, frac = (v + 1) / 2. */
    private Tensor between(Tensor v, int[] t) {
        Tensor low = coefficient(v, t, schedule::posteriorLogVariance);
        Tensor high = coefficient(v, t, i -> Math.log(schedule.beta(i)));
        Tensor fraction = v.add(1).mul(0.5);
        return fraction.mul(high).add(fraction.neg().add(1).mul(low));
    }

    /** The mean of q(x_{t-1} | x_t, x_0). */
    Tensor posteriorMean(Tensor start, Tensor noisy, int[] t) {
        return start.mul(coefficient(start, t, schedule::posteriorMeanOfStart))
                .add(noisy.mul(coefficient(start, t, schedule::posteriorMeanOfNoisy)));
    }

    /**
     * What is minimised; with {@link LossKind#MSE} the mean squared error of the target plus, with learned sigma, the
     * variational bound. There the bound trains the variance only: what the mean is made of is detached, whatever the target.
     *
     * @param output the model's output at {@code noisy(start, t, noise)}
     */
    public Losses losses(Tensor output, Tensor start, int[] t, Tensor noise) {
        int channels = start.dim(1);
        Tensor full = output.cast(DType.FLOAT32);
        Tensor predicted = learnsSigma() ? full.slice(1, 0, channels) : full;
        Tensor mse = perSample(truth(start, t, noise).sub(predicted).square());
        if (loss == LossKind.KL) {
            Tensor bound = variationalBound(full, start, noisy(start, t, noise), t);
            return new Losses(bound.mul(schedule.steps()), mse, bound);
        }
        Tensor weighted = weighting == LossWeighting.UNIFORM ? mse : mse.mul(weights(mse, t));
        if (!learnsSigma()) {
            return new Losses(weighted, mse, mse.mul(0));
        }
        Tensor frozen = Tensor.concat(1, List.of(predicted.detach(), full.slice(1, channels, 2 * channels)));
        Tensor vb = variationalBound(frozen, start, noisy(start, t, noise), t);
        Tensor bound = loss == LossKind.RESCALED_MSE ? vb.mul(schedule.steps() / 1000.0) : vb;
        return new Losses(weighted.add(bound), mse, bound);
    }

    /** What the model should predict. */
    private Tensor truth(Tensor start, int[] t, Tensor noise) {
        return switch (target) {
            case EPSILON -> noise;
            case V ->
                noise.mul(coefficient(start, t, schedule::signal))
                        .sub(start.mul(coefficient(start, t, schedule::noise)));
            case X0 -> start;
        };
    }

    private Tensor weights(Tensor like, int[] t) {
        return coefficient(like, t, i -> weighting.of(schedule.snr(i), target)).reshape(t.length);
    }

    /** KL to the posterior for t > 0, the decoder's negative log-likelihood at t = 0; bits per dimension, (N). */
    Tensor variationalBound(Tensor output, Tensor start, Tensor noisy, int[] t) {
        Prediction model = predict(output, noisy, t, false);
        Tensor truth = posteriorMean(start, noisy, t);
        Tensor truthLogVariance = coefficient(start, t, schedule::posteriorLogVariance);
        Tensor kl = perSample(normalKl(truth, truthLogVariance, model.mean(), model.logVariance()));
        Tensor nll = perSample(DiscretizedGaussian.logLikelihood(
                        start, model.mean(), model.logVariance().mul(0.5))
                .neg());
        float[] first = new float[t.length];
        for (int i = 0; i < t.length; i++) {
            first[i] = t[i] == 0 ? 1 : 0;
        }
        Tensor atStart = start.backend().tensor(first, Shape.of(t.length), DType.FLOAT32);
        return atStart.where(nll, kl).mul(1 / LN2);
    }

    /** KL of q(x_T | x_0) to the standard normal: what the bound leaves out of training; bits per dimension, (N). */
    Tensor priorBound(Tensor start) {
        int[] last = new int[start.dim(0)];
        Arrays.fill(last, schedule.steps() - 1);
        Tensor mean = start.mul(coefficient(start, last, schedule::signal));
        Tensor logVariance = coefficient(start, last, i -> Math.log(1 - schedule.alphaCumprod(i)));
        Tensor zero = start.mul(0);
        return perSample(normalKl(mean, logVariance, zero, zero)).mul(1 / LN2);
    }

    /** {@code 0.5 (-1 + lv2 - lv1 + exp(lv1 - lv2) + (m1 - m2)^2 exp(-lv2))}, element by element. */
    private static Tensor normalKl(Tensor mean1, Tensor logVariance1, Tensor mean2, Tensor logVariance2) {
        Tensor difference = logVariance1.sub(logVariance2);
        Tensor distance = mean1.sub(mean2).square().mul(logVariance2.neg().exp());
        return difference.exp().sub(difference).add(distance).add(-1).mul(0.5);
    }

    private static Tensor perSample(Tensor x) {
        return x.mean(false, 1, 2, 3);
    }

    /** A number per sample, (N, 1, 1, 1), float32. */
    private static Tensor coefficient(Tensor like, int[] t, IntToDoubleFunction value) {
        float[] values = new float[t.length];
        for (int i = 0; i < t.length; i++) {
            values[i] = (float) value.applyAsDouble(t[i]);
        }
        return like.backend().tensor(values, Shape.of(t.length, 1, 1, 1), DType.FLOAT32);
    }
}
