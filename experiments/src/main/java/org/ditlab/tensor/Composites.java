package org.ditlab.tensor;

import java.util.Arrays;
import java.util.List;
import org.ditlab.tensor.spi.AdamWState;
import org.ditlab.tensor.spi.Backend;
import org.jspecify.annotations.Nullable;

/**
 * What is written over the primitives, once for all backends. Each method reports the {@link Product}s that papers
 * count.
 */
public final class Composites {
    private Composites() {}

    /** Layer norm over the last axis without affine part. */
    public static Tensor layerNorm(Tensor x, double epsilon) {
        x.backend().count(Product.LAYER_NORM, x.shape().elements());
        return x.backend().layerNorm(x, epsilon);
    }

    /** {@code x * (1 + scale) + shift}: (N, T, D) with (N, 1, D). Source: DiT, section 3.2 (adaLN). */
    public static Tensor modulate(Tensor x, Tensor shift, Tensor scale) {
        x.backend().count(Product.MODULATION, x.shape().elements());
        return x.backend().modulate(x, shift, scale);
    }

    /** A linear layer's weight as (out, in), also where it is kept as a 1 x 1 convolution's. */
    public static Tensor matrix(Tensor weight) {
        return weight.shape().rank() == 2 ? weight : weight.reshape(weight.dim(0), weight.dim(1));
    }

    /** Layer norm without affine part, then {@link #modulate}: (N, T, D) with (N, 1, D). Source: DiT, section 3.2 (adaLN). */
    public static Tensor adaptiveNorm(Tensor x, Tensor shift, Tensor scale, double epsilon) {
        x.backend().count(Product.LAYER_NORM, x.shape().elements());
        x.backend().count(Product.MODULATION, x.shape().elements());
        return x.backend().adaptiveNorm(x, shift, scale, epsilon);
    }

    /** {@code x + gate * branch}: (N, T, D), (N, 1, D), (N, T, D). Source: DiT, section 3.2 (adaLN-Zero). */
    public static Tensor gatedAdd(Tensor x, Tensor gate, Tensor branch) {
        branch.backend().count(Product.GATE, branch.shape().elements());
        return x.backend().gatedAdd(x, gate, branch);
    }

    /** GELU, tanh approximation. Source: Hendrycks & Gimpel 2016. */
    public static Tensor geluTanh(Tensor x) {
        return x.backend().geluTanh(x);
    }

    /** GELU, exact. */
    public static Tensor geluErf(Tensor x) {
        return x.backend().geluErf(x);
    }

    /** {@code x * sigmoid(x)}. */
    public static Tensor silu(Tensor x) {
        return x.backend().silu(x);
    }

    /**
     * Attention over (..., T, d): {@code softmax(q k^T * scale) v}.
     *
     * @param scaled elements that the published code multiplies by its scale, the query's or the logits'
     */
    public static Tensor attention(Tensor q, Tensor k, Tensor v, double scale, long scaled) {
        q.backend().count(Product.ATTENTION_SCALE, scaled);
        return q.backend().attention(q, k, v, scale);
    }

    /**
     * Multi-head attention of tokens among themselves: (N, T, 3 C) as [q|k|v][heads][d] to (N, T, C).
     *
     * @param scaled as for {@link #attention}
     */
    public static Tensor selfAttention(Tensor qkv, int heads, double scale, long scaled) {
        qkv.backend().count(Product.ATTENTION_SCALE, scaled);
        return qkv.backend().selfAttention(qkv, heads, scale);
    }

    /**
     * Multi-head attention over (B, T, 3 C) to (B, T, C), see {@link Backend#packedAttention}.
     *
     * @param scaled as for {@link #attention}
     */
    public static Tensor packedAttention(
            Tensor qkv,
            int heads,
            double scale,
            @Nullable Tensor logitScale,
            @Nullable Tensor cos,
            @Nullable Tensor sin,
            long scaled) {
        if (cos != null) {
            qkv.backend().count(Product.ROTATION, qkv.shape().elements() / 3);
        }
        qkv.backend().count(Product.ATTENTION_SCALE, scaled);
        return qkv.backend().packedAttention(qkv, heads, scale, logitScale, cos, sin);
    }

    /** {@code x / max(|x|, 1e-12)} along the last axis. */
    public static Tensor normalize(Tensor x) {
        return x.mul(x.square().sum(true, -1).clamp(1e-24, Float.MAX_VALUE).rsqrt());
    }

    /**
     * Turns the complex pairs (2m, 2m + 1) of the last axis: (..., T, d) by angles given as cosines and sines (T, d / 2).
     * The official code computes the angles in every forward pass, one exponent per frequency and one product per axis,
     * token and frequency, so the papers' counters see them beside one product per pair. Source: U-DiT's code.
     */
    public static Tensor rotate(Tensor x, Tensor cos, Tensor sin) {
        x.backend().count(Product.ROTATION, x.shape().elements() / 2);
        return x.backend().rotate(x, cos, sin);
    }

    /** The bodies of the fused operations, for backends that have none. */
    public static final class Decomposed {
        private Decomposed() {}

        public static Tensor layerNorm(Tensor x, double epsilon) {
            Tensor centred = x.sub(x.mean(true, -1));
            return centred.mul(centred.square().mean(true, -1).add(epsilon).rsqrt());
        }

        public static Tensor geluTanh(Tensor x) {
            Tensor inner = x.square().mul(0.044715).add(1).mul(x).mul(Math.sqrt(2 / Math.PI));
            return x.mul(0.5).mul(inner.tanh().add(1));
        }

        public static Tensor geluErf(Tensor x) {
            return x.mul(0.5).mul(x.mul(Math.sqrt(0.5)).erf().add(1));
        }

        public static Tensor attention(Tensor q, Tensor k, Tensor v, double scale) {
            Tensor weights = q.mul(scale).matmul(k.transpose(-1, -2)).softmax(-1);
            return weights.matmul(v);
        }

        public static Tensor packedAttention(
                Tensor qkv,
                int heads,
                double scale,
                @Nullable Tensor logitScale,
                @Nullable Tensor cos,
                @Nullable Tensor sin) {
            int[] dims = {qkv.dim(0), heads, qkv.dim(1), qkv.dim(2) / (3 * heads)};
            List<Tensor> parts = qkv.reshape(dims[0], dims[2], 3, heads, dims[3])
                    .permute(2, 0, 3, 1, 4) // (3, B, heads, T, d)
                    .chunk(3, 0);
            Tensor q = parts.get(0).reshape(dims);
            Tensor k = parts.get(1).reshape(dims);
            Tensor v = parts.get(2).reshape(dims);
            if (cos != null && sin != null) {
                q = qkv.backend().rotate(q, cos, sin);
                k = qkv.backend().rotate(k, cos, sin);
            }
            Tensor mixed = logitScale == null
                    ? qkv.backend().attention(q, k, v, scale)
                    : qkv.backend().attention(normalize(q).mul(logitScale), normalize(k), v, 1);
            return mixed.transpose(1, 2).reshape(dims[0], dims[2], heads * dims[3]); // (B, T, C)
        }

        public static Tensor selfAttention(Tensor qkv, int heads, double scale) {
            int n = qkv.dim(0);
            int t = qkv.dim(1);
            List<Tensor> parts = qkv.reshape(n, t, 3 * heads, qkv.dim(2) / (3 * heads))
                    .transpose(1, 2) // (N, 3 heads, T, d)
                    .chunk(3, 1);
            Tensor mixed = qkv.backend().attention(parts.get(0), parts.get(1), parts.get(2), scale);
            return mixed.transpose(1, 2).reshape(n, t, qkv.dim(2) / 3);
        }

        public static Tensor rotate(Tensor x, Tensor cos, Tensor sin) {
            Shapes.rotate(x.shape(), cos.shape(), sin.shape());
            int tokens = cos.dim(0);
            int pairs = cos.dim(1);
            int[] dims = x.shape().toArray();
            int[] split = Arrays.copyOf(dims, dims.length + 1);
            split[dims.length - 1] = pairs;
            split[dims.length] = 2;
            Tensor both = x.reshape(split); // (..., T, d / 2, 2)
            Tensor real = both.slice(-1, 0, 1);
            Tensor imaginary = both.slice(-1, 1, 2);
            Tensor c = cos.reshape(tokens, pairs, 1);
            Tensor s = sin.reshape(tokens, pairs, 1);
            return Tensor.concat(
                            -1,
                            List.of(
                                    real.mul(c).sub(imaginary.mul(s)),
                                    real.mul(s).add(imaginary.mul(c))))
                    .reshape(dims);
        }

        public static void adamW(Backend backend, AdamWState state, double learningRate, long step) {
            double correction1 = 1 - Math.pow(state.beta1(), step);
            double correction2 = 1 - Math.pow(state.beta2(), step);
            try (Backend.Guard guard = backend.noGrad()) {
                for (int i = 0; i < state.parameters().size(); i++) {
                    try (Scope scope = backend.scope()) {
                        Tensor parameter = state.parameters().get(i);
                        Tensor gradient = parameter.grad();
                        if (gradient == null) {
                            continue;
                        }
                        Tensor m = state.firstMoments().get(i);
                        Tensor v = state.secondMoments().get(i);
                        backend.assign(m, m.mul(state.beta1()).add(gradient.mul(1 - state.beta1())));
                        backend.assign(
                                v, v.mul(state.beta2()).add(gradient.square().mul(1 - state.beta2())));
                        Tensor denominator =
                                v.sqrt().mul(1 / Math.sqrt(correction2)).add(state.epsilon());
                        Tensor decayed = parameter.mul(1 - learningRate * state.weightDecay());
                        backend.assign(parameter, decayed.sub(m.div(denominator).mul(learningRate / correction1)));
                    }
                }
                state.averages().forEach(average -> move(backend, average, state.parameters()));
            }
        }

        private static void move(Backend backend, AdamWState.Average average, List<Tensor> parameters) {
            double decay = average.decay();
            for (int i = 0; i < parameters.size(); i++) {
                try (Scope scope = backend.scope()) {
                    Tensor tensor = average.tensors().get(i);
                    Tensor parameter = parameters.get(i);
                    backend.assign(tensor, tensor.mul(decay).add(parameter.mul(1 - decay)));
                }
            }
        }

        public static double gradientNorm(Backend backend, List<Tensor> leaves) {
            double squares = 0;
            try (Backend.Guard guard = backend.noGrad()) {
                for (Tensor leaf : leaves) {
                    try (Scope scope = backend.scope()) {
                        Tensor gradient = leaf.grad();
                        if (gradient != null) {
                            squares += gradient.square().sum().item();
                        }
                    }
                }
            }
            return Math.sqrt(squares);
        }
    }
}
