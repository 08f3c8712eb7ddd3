package org.ditlab.backend.libtorch;

import static org.ditlab.backend.libtorch.NativeArrays.longs;

import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.GradMode;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.ditlab.tensor.DType;
import org.ditlab.tensor.Device;
import org.ditlab.tensor.Scope;
import org.ditlab.tensor.Shape;
import org.ditlab.tensor.ShapeException;
import org.ditlab.tensor.Shapes;
import org.ditlab.tensor.Tensor;
import org.ditlab.tensor.spi.AdamWState;
import org.ditlab.tensor.spi.LinearAlgebra;
import org.ditlab.tensor.spi.PreparedConvolution;
import org.jspecify.annotations.Nullable;

/** Tensors computed by libtorch, with its own autograd engine and a tape beside it. One thread uses an instance at a time. */
class LibtorchBackend extends LibtorchModes {
    private final Device device;
    private final FusedOptimizer optimizer = new FusedOptimizer();

    LibtorchBackend(Device device, int threads) {
        this.device = device;
        torch.set_num_threads(threads);
    }

    @Override
    public String name() {
        return "libtorch";
    }

    @Override
    public Device device() {
        return device;
    }

    @Override
    LibtorchTensor wrap(org.bytedeco.pytorch.Tensor result) {
        return new LibtorchTensor(this, result, NativeArrays.shape(result), NativeArrays.type(result));
    }

    static org.bytedeco.pytorch.Tensor of(Tensor x) {
        return ((LibtorchTensor) x).handle();
    }

    private org.bytedeco.pytorch.Tensor place(org.bytedeco.pytorch.Tensor host) {
        return device == Device.CPU ? host : host.cuda();
    }

    // ---- from and to Java ----

    @Override
    public Tensor tensor(float[] values, Shape shape, DType dtype) {
        return wrap(place(NativeArrays.floats(values, shape).to(NativeArrays.type(dtype))));
    }

    @Override
    public Tensor tensor(double[] values, Shape shape, DType dtype) {
        return wrap(place(NativeArrays.doubles(values, shape).to(NativeArrays.type(dtype))));
    }

    @Override
    public Tensor indices(long[] values, Shape shape) {
        return wrap(place(NativeArrays.longs(values, shape)));
    }

    @Override
    public Tensor full(double value, Shape shape, DType dtype) {
        return wrap(place(NativeArrays.empty(shape, NativeArrays.type(dtype)).fill_(new Scalar(value))));
    }

    @Override
    public float[] toFloats(Tensor x) {
        return NativeArrays.toFloats(of(x), x.shape());
    }

    @Override
    public double[] toDoubles(Tensor x) {
        return NativeArrays.toDoubles(of(x), x.shape());
    }

    // ---- element-wise, broadcasting ----

    @Override
    public Tensor add(Tensor a, Tensor b) {
        return wrap(of(a).add(of(b)));
    }

    @Override
    public Tensor sub(Tensor a, Tensor b) {
        return wrap(of(a).sub(of(b)));
    }

    @Override
    public Tensor mul(Tensor a, Tensor b) {
        return wrap(of(a).mul(of(b)));
    }

    @Override
    public Tensor div(Tensor a, Tensor b) {
        return wrap(of(a).div(of(b)));
    }

    @Override
    public Tensor add(Tensor x, double scalar) {
        return wrap(of(x).add(new Scalar(scalar)));
    }

    @Override
    public Tensor mul(Tensor x, double scalar) {
        return wrap(of(x).mul(new Scalar(scalar)));
    }

    @Override
    public Tensor maximum(Tensor a, Tensor b) {
        return wrap(torch.maximum(of(a), of(b)));
    }

    @Override
    public Tensor less(Tensor a, Tensor b) {
        return wrap(torch.lt(of(a).detach(), of(b).detach()).to(NativeArrays.type(a.dtype())));
    }

    @Override
    public Tensor where(Tensor condition, Tensor yes, Tensor no) {
        return wrap(torch.where(of(condition).ne(new Scalar(0.0)), of(yes), of(no)));
    }

    // ---- element-wise, one operand ----

    @Override
    public Tensor exp(Tensor x) {
        return wrap(of(x).exp());
    }

    @Override
    public Tensor log(Tensor x) {
        return wrap(of(x).log());
    }

    @Override
    public Tensor sqrt(Tensor x) {
        return wrap(of(x).sqrt());
    }

    @Override
    public Tensor rsqrt(Tensor x) {
        return wrap(of(x).rsqrt());
    }

    @Override
    public Tensor sin(Tensor x) {
        return wrap(of(x).sin());
    }

    @Override
    public Tensor cos(Tensor x) {
        return wrap(of(x).cos());
    }

    @Override
    public Tensor tanh(Tensor x) {
        return wrap(of(x).tanh());
    }

    @Override
    public Tensor erf(Tensor x) {
        return wrap(of(x).erf());
    }

    @Override
    public Tensor sigmoid(Tensor x) {
        return wrap(of(x).sigmoid());
    }

    @Override
    public Tensor relu(Tensor x) {
        return wrap(of(x).relu());
    }

    @Override
    public Tensor abs(Tensor x) {
        return wrap(of(x).abs());
    }

    @Override
    public Tensor square(Tensor x) {
        return wrap(of(x).square());
    }

    @Override
    public Tensor clamp(Tensor x, double min, double max) {
        return wrap(torch.clamp(of(x), new ScalarOptional(new Scalar(min)), new ScalarOptional(new Scalar(max))));
    }

    // ---- products ----

    /** The operand in the type that products compute in. */
    private org.bytedeco.pytorch.Tensor product(Tensor x) {
        return computeType == DType.BFLOAT16 && x.dtype() == DType.FLOAT32
                ? of(x).to(torch.ScalarType.BFloat16)
                : of(x);
    }

    private static org.bytedeco.pytorch.Tensor wide(Tensor x) {
        return x.dtype() == DType.BFLOAT16 ? of(x).to(torch.ScalarType.Float) : of(x);
    }

    private TensorOptional optional(@Nullable Tensor bias) {
        return bias == null ? new TensorOptional() : new TensorOptional(product(bias));
    }

    @Override
    public Tensor matmul(Tensor a, Tensor b) {
        return wrap(product(a).matmul(product(b)));
    }

    @Override
    public Tensor linear(Tensor x, Tensor weight, @Nullable Tensor bias) {
        return wrap(torch.linear(product(x), product(weight), optional(bias)));
    }

    @Override
    public Tensor conv2d(
            Tensor x, Tensor weight, @Nullable Tensor bias, int stride, int padHeight, int padWidth, int groups) {
        // A depthwise convolution's backward pass is several times slower in bfloat16 than in float32.
        boolean depthwise = groups > 1 && groups == x.dim(1);
        org.bytedeco.pytorch.Tensor input = layout(depthwise ? wide(x) : product(x));
        org.bytedeco.pytorch.Tensor kernel = depthwise ? wide(weight) : product(weight);
        TensorOptional offset = depthwise && bias != null ? new TensorOptional(wide(bias)) : optional(bias);
        return wrap(torch.conv2d(
                input, kernel, offset, longs(stride, stride), longs(padHeight, padWidth), longs(1, 1), groups));
    }

    @Override
    public Tensor embedding(Tensor table, Tensor indices) {
        return wrap(torch.embedding(of(table), of(indices)));
    }

    // ---- reductions and windows ----

    static long[] axes(Tensor x, int[] axes) {
        long[] out = new long[axes.length];
        for (int i = 0; i < axes.length; i++) {
            out[i] = x.shape().axis(axes[i]);
        }
        return out;
    }

    @Override
    public Tensor sum(Tensor x, boolean keep, int... axes) {
        return wrap(torch.sum(of(x), axes(x, axes), keep, new ScalarTypeOptional()));
    }

    @Override
    public Tensor mean(Tensor x, boolean keep, int... axes) {
        return wrap(torch.mean(of(x), axes(x, axes), keep, new ScalarTypeOptional()));
    }

    @Override
    public Tensor max(Tensor x, boolean keep, int axis) {
        return wrap(torch.max(of(x), (long) x.shape().axis(axis), keep).get0());
    }

    @Override
    public Tensor softmax(Tensor x, int axis) {
        return wrap(torch.softmax(of(x), (long) x.shape().axis(axis)));
    }

    @Override
    public Tensor logSoftmax(Tensor x, int axis) {
        return wrap(torch.log_softmax(of(x), (long) x.shape().axis(axis)));
    }

    @Override
    public Tensor avgPool2d(Tensor x, int kernel, int stride, int padding) {
        return wrap(torch.avg_pool2d(
                of(x),
                longs(kernel, kernel),
                longs(stride, stride),
                longs(padding, padding),
                false,
                false,
                new LongOptional()));
    }

    @Override
    public Tensor maxPool2d(Tensor x, int kernel, int stride, int padding) {
        return wrap(torch.max_pool2d(
                of(x), longs(kernel, kernel), longs(stride, stride), longs(padding, padding), longs(1, 1), false));
    }

    // ---- arrangement ----

    @Override
    public Tensor reshape(Tensor x, int... dims) {
        return wrap(of(x).reshape(longs(dims)));
    }

    @Override
    public Tensor permute(Tensor x, int... axes) {
        return wrap(of(x).permute(axes(x, axes)));
    }

    @Override
    public Tensor slice(Tensor x, int axis, int start, int end) {
        int along = x.shape().axis(axis);
        if (start < 0 || end > x.dim(along) || start > end) {
            throw new ShapeException("slice: " + start + ".." + end + " is outside axis " + along + " of " + x.shape());
        }
        return wrap(of(x).narrow(along, start, end - start));
    }

    @Override
    public Tensor concat(List<Tensor> parts, int axis) {
        TensorVector vector = new TensorVector();
        parts.forEach(part -> vector.push_back(of(part)));
        return wrap(torch.cat(vector, parts.get(0).shape().axis(axis)));
    }

    @Override
    public Tensor broadcastTo(Tensor x, Shape shape) {
        return wrap(of(x).expand(NativeArrays.extents(shape)));
    }

    @Override
    public Tensor cast(Tensor x, DType type) {
        return wrap(of(x).to(NativeArrays.type(type)));
    }

    // ---- gradients ----

    @Override
    public Tensor detach(Tensor x) {
        return wrap(of(x).detach());
    }

    @Override
    public Tensor leaf(Tensor x, boolean requiresGrad) {
        return wrap(of(x).detach().clone().set_requires_grad(requiresGrad)).lasting();
    }

    @Override
    public void backward(Tensor loss) {
        if (loss.shape().elements() != 1) {
            throw new ShapeException("backward: the loss must have one element, but is " + loss.shape());
        }
        tape.backward(of(loss));
    }

    @Override
    public @Nullable Tensor grad(Tensor leaf) {
        org.bytedeco.pytorch.Tensor gradient = of(leaf).grad();
        return gradient.defined() ? wrap(gradient) : null;
    }

    @Override
    public void clearGrad(Tensor leaf) {
        try (PointerScope scope = new PointerScope()) {
            of(leaf).mutable_grad().reset();
        }
    }

    @Override
    public void scaleGrad(Tensor leaf, double factor) {
        try (PointerScope scope = new PointerScope()) {
            if (of(leaf).grad().defined()) {
                of(leaf).grad().mul_(new Scalar(factor));
            }
        }
    }

    @Override
    public void assign(Tensor target, Tensor values) {
        if (!target.shape().equals(values.shape())) {
            throw new ShapeException("assign: " + values.shape() + " into " + target.shape());
        }
        try (PointerScope scope = new PointerScope()) {
            of(target).detach().copy_(of(values).detach());
        }
    }

    // ---- memory and precision ----

    @Override
    public Scope scope(String name) {
        return new LibtorchScope(tape);
    }

    @Override
    public LinearAlgebra linearAlgebra() {
        return new LibtorchLinearAlgebra(this);
    }

    // ---- fused ----

    @Override
    public Tensor layerNorm(Tensor x, double epsilon) {
        long[] last = {x.dim(-1)};
        return wrap(torch.layer_norm(of(x), last, new TensorOptional(), new TensorOptional(), epsilon, false));
    }

    @Override
    public Tensor geluTanh(Tensor x) {
        return wrap(torch.gelu(of(x), "tanh"));
    }

    @Override
    public Tensor geluErf(Tensor x) {
        return wrap(torch.gelu(of(x), "none"));
    }

    @Override
    public Tensor silu(Tensor x) {
        return wrap(torch.silu(of(x)));
    }

    @Override
    public PreparedConvolution convolutionRelu(Tensor weight, Tensor bias, int stride, int padHeight, int padWidth) {
        return device == Device.CPU && weight.dtype() == DType.FLOAT32 && FusedConvolution.available()
                ? new FusedConvolution(this, of(weight), of(bias), stride, padHeight, padWidth)
                : super.convolutionRelu(weight, bias, stride, padHeight, padWidth);
    }

    /**
     * Without gradients, and on a GPU, the fused operation; with gradients on a CPU the explicit products, whose backward
     * pass is far faster there.
     */
    @Override
    public Tensor attention(Tensor q, Tensor k, Tensor v, double scale) {
        if (device == Device.CPU && (GradMode.is_enabled() || recomputation.first())) {
            return super.attention(q, k, v, scale);
        }
        return wrap(torch.scaled_dot_product_attention(
                product(q),
                product(k),
                product(v),
                new TensorOptional(),
                0.0,
                false,
                new DoubleOptional(scale),
                false));
    }

    /** Cosines and sines (T, d / 2) as complex numbers. */
    static org.bytedeco.pytorch.Tensor angles(Tensor cos, Tensor sin) {
        return torch.view_as_complex(torch.stack(new TensorVector(of(cos), of(sin)), -1));
    }

    /** As complex numbers, in the type of the angles or wider. */
    @Override
    public Tensor rotate(Tensor x, Tensor cos, Tensor sin) {
        Shapes.rotate(x.shape(), cos.shape(), sin.shape());
        int rank = x.shape().rank();
        long[] pairs = new long[rank + 1];
        for (int i = 0; i < rank - 1; i++) {
            pairs[i] = x.dim(i);
        }
        pairs[rank - 1] = cos.dim(1);
        pairs[rank] = 2;
        org.bytedeco.pytorch.Tensor angles = angles(cos, sin);
        org.bytedeco.pytorch.Tensor numbers =
                torch.view_as_complex(wide(x).contiguous().reshape(pairs));
        return wrap(torch.view_as_real(numbers.mul(angles)).flatten(-2, -1));
    }

    @Override
    public Tensor modulate(Tensor x, Tensor shift, Tensor scale) {
        return wrap(torch.addcmul(of(shift), of(x), of(scale).add(new Scalar(1.0))));
    }

    @Override
    public Tensor gatedAdd(Tensor x, Tensor gate, Tensor branch) {
        return wrap(torch.addcmul(of(x), of(gate), of(branch)));
    }

    @Override
    public void adamW(AdamWState state, double learningRate, long step) {
        optimizer.adamW(state, learningRate, step);
    }

    @Override
    public double gradientNorm(List<Tensor> leaves) {
        return FusedOptimizer.gradientNorm(leaves);
    }
}
