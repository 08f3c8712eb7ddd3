package org.ditlab.diffusion;

import java.util.function.IntToDoubleFunction;
import org.ditlab.tensor.DType;
import org.ditlab.tensor.Shape;
import org.ditlab.tensor.Tensor;
import org.ditlab.tensor.spi.Backend;

/**
 * Gaussian diffusion as DiT trains with it: the model predicts the noise and, with learned sigma, where the log-variance
 * lies between its two bounds. Timesteps are per sample, {@code int[N]}; images are (N, C, H, W) float32. Source: Ho et
 * al., arXiv:2006.11239; Nichol & Dhariwal, arXiv:2102.09672, section 3.1.
 */
public final class GaussianDiffusion {
    private static final double LN2 = Math.log(2);

    private final NoiseSchedule schedule;
    private final boolean learnsSigma;

    public GaussianDiffusion(NoiseSchedule schedule, boolean learnsSigma) {
        this.schedule = schedule;
        this.learnsSigma = learnsSigma;
    }

    public NoiseSchedule schedule() {
        return schedule;
    }

    /** Draws from q(x_t | x_0): {@code sqrt(a_t) x_0 + sqrt(1 - a_t) noise}. */
    public Tensor noisy(Tensor start, int[] t, Tensor noise) {
        Tensor signal = start.mul(coefficient(start, t, i -> Math.sqrt(schedule.alphaCumprod(i))));
        return signal.add(noise.mul(coefficient(start, t, i -> Math.sqrt(1 - schedule.alphaCumprod(i)))));
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
        Tensor noise = learnsSigma ? output.slice(1, 0, channels) : output;
        Tensor logVariance = learnsSigma
                ? between(output.slice(1, channels, 2 * channels), t)
                : coefficient(noisy, t, this::fixedLogVariance)
                        .broadcastTo(noisy.shape().toArray());
        Tensor signal = noisy.mul(coefficient(noisy, t, i -> Math.sqrt(1 / schedule.alphaCumprod(i))));
        Tensor noiseScale = coefficient(noisy, t, i -> Math.sqrt(1 / schedule.alphaCumprod(i) - 1));
        Tensor start = signal.sub(noise.mul(noiseScale));
        if (clip) {
            start = start.clamp(-1, 1);
            noise = signal.sub(start).div(noiseScale);
        }
        return new Prediction(posteriorMean(start, noisy, t), logVariance, start, noise);
    }

    /** The larger of the two usual choices, as in DDPM's code: beta, with the posterior's value at t = 0. */
    private double fixedLogVariance(int t) {
        return t == 0 ? schedule.posteriorLogVariance(0) : Math.log(schedule.beta(t));
    }

    /** {@code frac log beta + (1 - frac) log posterior variance}, frac = (v + 1) / 2. */
    private Tensor between(Tensor v, int[] t) {
        Tensor low = coefficient(v, t, schedule::posteriorLogVariance);
        Tensor high = coefficient(v, t, i -> Math.log(schedule.beta(i)));
        Tensor fraction = v.add(1).mul(0.5);
        return fraction.mul(high).add(fraction.neg().add(1).mul(low));
    }

    private Tensor posteriorMean(Tensor start, Tensor noisy, int[] t) {
        return start.mul(coefficient(start, t, schedule::posteriorMeanOfStart))
                .add(noisy.mul(coefficient(start, t, schedule::posteriorMeanOfNoisy)));
    }

    /**
     * The loss of DiT: mean squared error of the noise, plus the variational bound, which trains the variance only (the
     * predicted noise is detached in it) and is not rescaled.
     *
     * @param output the model's output at {@code noisy(start, t, noise)}
     */
    public Losses losses(Tensor output, Tensor start, int[] t, Tensor noise) {
        int channels = start.dim(1);
        Tensor full = output.cast(DType.FLOAT32);
        Tensor predicted = learnsSigma ? full.slice(1, 0, channels) : full;
        Tensor mse = perSample(noise.sub(predicted).square());
        if (!learnsSigma) {
            return new Losses(mse, mse, mse.mul(0));
        }
        Tensor frozen = Tensor.concat(1, java.util.List.of(predicted.detach(), full.slice(1, channels, 2 * channels)));
        Tensor vb = variationalBound(frozen, start, noisy(start, t, noise), t);
        return new Losses(mse.add(vb), mse, vb);
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
