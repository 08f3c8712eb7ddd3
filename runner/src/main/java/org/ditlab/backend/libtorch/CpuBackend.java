package org.ditlab.backend.libtorch;

import static org.ditlab.backend.libtorch.NativeArrays.longs;
import static org.ditlab.backend.libtorch.Natives.fits;

import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.GradMode;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.ditlab.tensor.DType;
import org.ditlab.tensor.Device;
import org.ditlab.tensor.Shape;
import org.ditlab.tensor.Shapes;
import org.ditlab.tensor.Tensor;
import org.ditlab.tensor.spi.AdamWState;
import org.jspecify.annotations.Nullable;

/**
 * libtorch on a CPU, the layers of a transformer computed by oneDNN and, where they could be compiled, by kernels of our own,
 * in fewer passes over memory than libtorch's own operations take, forward and backward. What neither covers falls back to
 * {@link LibtorchBackend}.
 */
final class CpuBackend extends LibtorchBackend {
    /** Weights of attention, of all images and heads, up to which they are kept where no gradient needs them. */
    private static final long MOST_WEIGHTS = 1L << 27;

    private final TapedArrangement taped;
    private final FusedProducts products;
    private final FusedNorms norms;
    private final FusedDepthwise depthwise;
    private final FusedAttention attention;
    private final CompiledAttention onTiles;

    CpuBackend(int threads) {
        super(Device.CPU, threads);
        Kernels kernels = new Kernels();
        taped = new TapedArrangement(tape);
        products = new FusedProducts(kernels, tape);
        norms = new FusedNorms(kernels, tape);
        depthwise = new FusedDepthwise(kernels, tape);
        attention = new FusedAttention(kernels, tape);
        onTiles = new CompiledAttention(tape);
    }

    private static org.bytedeco.pytorch.@Nullable Tensor orNull(@Nullable Tensor x) {
        return x == null ? null : of(x);
    }

    /** The type that a product of two computes in. */
    private ScalarType productType(Tensor a, Tensor b) {
        boolean narrow = computeType == DType.BFLOAT16 || a.dtype() == DType.BFLOAT16 && b.dtype() == DType.BFLOAT16;
        return narrow ? ScalarType.BFloat16 : ScalarType.Float;
    }

    @Override
    public void close() {
        products.close();
        super.close();
    }

    /** Whether gradients may be wanted, now or when a part is computed again: a part must come out the same both times. */
    private boolean recorded() {
        return GradMode.is_enabled() || recomputation.first();
    }

    // ---- arrangements and sums ----

    @Override
    public Tensor add(Tensor a, Tensor b) {
        boolean taped = TapedArrangement.leaf(of(a)) || TapedArrangement.leaf(of(b));
        return taped && fits(of(a), of(b)) && addable(a, b) ? wrap(this.taped.add(of(a), of(b))) : super.add(a, b);
    }

    /** Whether gradients need no sums: equal extents, or only what has the result's extents has a gradient. */
    private static boolean addable(Tensor a, Tensor b) {
        if (a.shape().equals(b.shape())) {
            return true;
        }
        boolean toA = of(a).requires_grad();
        Shape shape = Shapes.broadcast("add", a.shape(), b.shape());
        return toA != of(b).requires_grad() && shape.equals(toA ? a.shape() : b.shape());
    }

    @Override
    public Tensor reshape(Tensor x, int... dims) {
        LibtorchTensor source = ((LibtorchTensor) x).source();
        if (source.parameter() && x.shape().rank() == 4 && dims.length == 2 && of(x).is_contiguous()) {
            return reshaped(source, of(x).reshape(longs(dims)));
        }
        return TapedArrangement.leaf(of(x)) ? wrap(taped.reshape(of(x), longs(dims))) : super.reshape(x, dims);
    }

    /** A pointwise convolution's weight as a matrix: products know whose it is. */
    private Tensor reshaped(LibtorchTensor source, org.bytedeco.pytorch.Tensor result) {
        return new LibtorchTensor(this, result, NativeArrays.shape(result), NativeArrays.type(result), source);
    }

    @Override
    public Tensor permute(Tensor x, int... axes) {
        return TapedArrangement.leaf(of(x)) ? wrap(taped.permute(of(x), axes(x, axes))) : super.permute(x, axes);
    }

    @Override
    public Tensor slice(Tensor x, int axis, int start, int end) {
        int along = x.shape().axis(axis);
        boolean inside = start >= 0 && end <= x.dim(along) && start <= end;
        return inside && TapedArrangement.leaf(of(x))
                ? wrap(taped.slice(of(x), along, start, end - start))
                : super.slice(x, axis, start, end);
    }

    // ---- products and convolutions ----

    @Override
    public void adamW(AdamWState state, double learningRate, long step) {
        if (!CompiledOptimizer.serves(state)) {
            super.adamW(state, learningRate, step);
            products.casts().changed(Map.of());
            return;
        }
        Map<LibtorchTensor, org.bytedeco.pytorch.Tensor> copies =
                products.casts().rewritable(state.parameters());
        CompiledOptimizer.adamW(state, copies, learningRate, step);
        products.casts().changed(copies);
    }

    @Override
    public double gradientNorm(List<Tensor> leaves) {
        return CompiledOptimizer.serves(leaves) ? CompiledOptimizer.gradientNorm(leaves) : super.gradientNorm(leaves);
    }

    @Override
    public Tensor linear(Tensor x, Tensor weight, @Nullable Tensor bias) {
        boolean known = weight.dtype() == DType.FLOAT32 || productType(x, weight) == ScalarType.BFloat16;
        return known && fits(of(x), of(weight), orNull(bias))
                ? wrap(products.linear(
                        (LibtorchTensor) x, (LibtorchTensor) weight, orNull(bias), productType(x, weight)))
                : super.linear(x, weight, bias);
    }

    @Override
    public Tensor linearPair(Tensor x, Tensor weight0, Tensor bias0, Tensor weight1, Tensor bias1) {
        long in = x.dim(-1);
        long middle = weight0.dim(0);
        long out = weight1.dim(0);
        long rows = x.shape().elements() / in;
        // Less work as one product, that of the weights included.
        boolean folds = rows * (in * middle + middle * out - in * out) > in * middle * out;
        boolean wide = weight0.dtype() == DType.FLOAT32 && weight1.dtype() == DType.FLOAT32;
        if (!folds || !wide || !fits(of(x), of(weight0), of(bias0), of(weight1), of(bias1))) {
            return super.linearPair(x, weight0, bias0, weight1, bias1);
        }
        return wrap(products.linearPair(
                (LibtorchTensor) x,
                (LibtorchTensor) weight0,
                (LibtorchTensor) bias0,
                (LibtorchTensor) weight1,
                (LibtorchTensor) bias1,
                productType(x, weight0)));
    }

    @Override
    public Tensor conv2d(
            Tensor x, Tensor weight, @Nullable Tensor bias, int stride, int padHeight, int padWidth, int groups) {
        int side = weight.dim(2);
        boolean apart = stride == side && stride == weight.dim(3) && padHeight == 0 && padWidth == 0 && groups == 1;
        if (apart && x.dim(2) % side == 0 && x.dim(3) % side == 0 && channelsLast() && CompiledKernels.serve()) {
            return patches(x, weight, bias, side);
        }
        boolean keepsSize = stride == 1 && weight.dim(3) == side && side == 2 * padHeight + 1 && padHeight == padWidth;
        boolean perChannel = groups > 1 && groups == x.dim(1) && weight.dim(0) == groups;
        boolean known = bias != null && weight.dtype() == DType.FLOAT32 && fits(of(x));
        return keepsSize && perChannel && known && channelsLast()
                ? wrap(depthwise.apply(of(x), List.of(of(weight)), List.of(of(bias)), false, depthwiseType(x, weight)))
                : super.conv2d(x, weight, bias, stride, padHeight, padWidth, groups);
    }

    /** A convolution whose windows stand side by side: a product of pixels, window by window. */
    private Tensor patches(Tensor x, Tensor weight, @Nullable Tensor bias, int side) {
        int n = x.dim(0);
        int channels = x.dim(1);
        int height = x.dim(2) / side;
        int width = x.dim(3) / side;
        Tensor windows = permute(reshape(x, n, channels, height, side, width, side), 0, 2, 4, 1, 3, 5);
        Tensor rows = reshape(windows, n, height, width, channels * side * side);
        Tensor y = linear(rows, reshape(weight, weight.dim(0), channels * side * side), bias); // (N, h, w, out)
        return permute(y, 0, 3, 1, 2);
    }

    @Override
    public Tensor depthwiseBranches(Tensor x, List<Tensor> weights, List<Tensor> biases) {
        return weights.get(0).dtype() == DType.FLOAT32 && fits(of(x)) && channelsLast()
                ? wrap(depthwise.apply(
                        of(x),
                        weights.stream().map(LibtorchBackend::of).toList(),
                        biases.stream().map(LibtorchBackend::of).toList(),
                        true,
                        depthwiseType(x, weights.get(0))))
                : super.depthwiseBranches(x, weights, biases);
    }

    /** Without compiled kernels, depthwise convolutions are slower in bfloat16 where gradients pass through them. */
    private ScalarType depthwiseType(Tensor x, Tensor weight) {
        return recorded() && !CompiledDepthwise.serves(weight.dim(2)) ? ScalarType.Float : productType(x, x);
    }

    // ---- activations, norms, gates ----

    @Override
    public Tensor geluTanh(Tensor x) {
        return fits(of(x)) ? wrap(norms.geluTanh(of(x))) : super.geluTanh(x);
    }

    @Override
    public Tensor geluErf(Tensor x) {
        return fits(of(x)) ? wrap(norms.geluErf(of(x))) : super.geluErf(x);
    }

    @Override
    public Tensor silu(Tensor x) {
        return fits(of(x)) ? wrap(norms.silu(of(x))) : super.silu(x);
    }

    @Override
    public Tensor adaptiveNorm(Tensor x, Tensor shift, Tensor scale, double epsilon) {
        return perSample(x, shift) && perSample(x, scale) && fits(of(x), of(shift), of(scale))
                ? wrap(norms.adaptiveNorm(of(x), of(shift), of(scale), epsilon, productType(x, x)))
                : super.adaptiveNorm(x, shift, scale, epsilon);
    }

    @Override
    public Tensor gatedAdd(Tensor x, Tensor gate, Tensor branch) {
        return perSample(x, gate) && x.shape().equals(branch.shape()) && fits(of(x), of(gate), of(branch))
                ? wrap(norms.gatedAdd(of(x), of(gate), of(branch)))
                : super.gatedAdd(x, gate, branch);
    }

    /** Whether x is (N, T, D) and the other (N, 1, D). */
    private static boolean perSample(Tensor x, Tensor other) {
        return x.shape().rank() == 3 && other.shape().equals(Shape.of(x.dim(0), 1, x.dim(2)));
    }

    // ---- attention ----

    /** With gradients the weights are needed; without, libtorch's fused operation keeps none, which many of them call for. */
    private boolean explicit(long weights) {
        return recorded() || weights <= MOST_WEIGHTS;
    }

    @Override
    public Tensor selfAttention(Tensor qkv, int heads, double scale) {
        if (CompiledAttention.serves(of(qkv), heads, scale)) {
            return wrap(onTiles.apply(of(qkv), heads, scale, null, null));
        }
        long weights = (long) qkv.dim(0) * heads * qkv.dim(1) * qkv.dim(1);
        return explicit(weights) && fits(of(qkv))
                ? wrap(attention.self(of(qkv), heads, scale))
                : super.selfAttention(qkv, heads, scale);
    }

    @Override
    public Tensor packedAttention(
            Tensor qkv,
            int heads,
            double scale,
            @Nullable Tensor logitScale,
            @Nullable Tensor cos,
            @Nullable Tensor sin) {
        boolean rotates = cos != null && sin != null;
        // Angles are tables, unless someone asks for their gradients.
        boolean tables = !rotates || !GradientTape.tracks(of(cos), of(sin));
        if (tables && CompiledAttention.serves(of(qkv), heads, scale)) {
            return wrap(onTiles.apply(of(qkv), heads, scale, orNull(logitScale), rotates ? angles(cos, sin) : null));
        }
        int n = qkv.dim(0);
        int t = qkv.dim(1);
        if (!explicit((long) n * heads * t * t) || !tables || !fits(of(qkv))) {
            return super.packedAttention(qkv, heads, scale, logitScale, cos, sin);
        }
        Tensor parts = permute(reshape(qkv, n, t, 3, heads, -1), 2, 0, 3, 1, 4); // (3, N, heads, T, d)
        Tensor mixed = wrap(attention.packed(of(parts), scale, orNull(logitScale), rotates ? angles(cos, sin) : null));
        return reshape(permute(mixed, 0, 2, 1, 3), n, t, -1); // (N, T, C)
    }
}
