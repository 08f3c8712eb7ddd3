package org.ditlab.backend.libtorch;

import static org.ditlab.backend.libtorch.NativeArrays.longs;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.CompilationUnit;
import org.bytedeco.pytorch.Dispatcher;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.OperatorHandle;
import org.bytedeco.pytorch.OperatorHandleOptional;
import org.bytedeco.pytorch.OperatorName;
import org.bytedeco.pytorch.QualifiedName;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.ditlab.tensor.spi.PreparedConvolution;
import org.jspecify.annotations.Nullable;

/**
 * A convolution and its ReLU in one pass of oneDNN over channels-last images, with weights in the order that oneDNN reads. That
 * order depends on the images' shape, so that the first call arranges the weights; another shape is computed too, but
 * slower. The presets do not map the operation, so that it is called through libtorch's dispatcher.
 */
final class FusedConvolution implements PreparedConvolution {
    private static final String OPERATION = "mkldnn::_convolution_pointwise";

    /** Lists that the operation takes and the presets cannot make. */
    private static final String LISTS = """
            def pair(a: int, b: int):
                return [a, b]
            def nothing():
                none: List[Optional[number]] = []
                return none
            """;

    private static @Nullable OperatorHandle operation;
    private static @Nullable CompilationUnit lists;

    private final LibtorchBackend backend;
    private final Tensor weight;
    private final IValue bias;
    private final long stride;
    private final long[] padding;
    private final IValue strides;
    private final IValue paddings;
    private final IValue dilations;
    private final IValue scalars;
    private final @Nullable PointerScope home = PointerScope.getInnerScope();
    private @Nullable IValue arranged;

    /** Whether this build of libtorch has the operation. */
    static synchronized boolean available() {
        if (operation == null) {
            try (PointerScope scope = new PointerScope()) {
                OperatorHandleOptional found = Dispatcher.singleton().findSchema(new OperatorName(OPERATION, ""));
                if (!found.has_value()) {
                    return false;
                }
                // Both outlive every scope: retained here, freed with the process.
                operation = new OperatorHandle(found.get());
                operation.retainReference();
                lists = torch.compile(LISTS);
                lists.retainReference();
            }
        }
        return true;
    }

    FusedConvolution(LibtorchBackend backend, Tensor weight, Tensor bias, int stride, int padHeight, int padWidth) {
        this.backend = backend;
        this.weight = weight;
        this.bias = new IValue(bias);
        this.stride = stride;
        padding = longs(padHeight, padWidth);
        strides = list("pair", new IValue(this.stride), new IValue(this.stride));
        paddings = list("pair", new IValue(padding[0]), new IValue(padding[1]));
        dilations = list("pair", new IValue(1L), new IValue(1L));
        scalars = list("nothing");
    }

    private static IValue list(String function, IValue... arguments) {
        return lists.find_function(new QualifiedName(function)).apply(new IValueVector(arguments));
    }

    @Override
    public org.ditlab.tensor.Tensor apply(org.ditlab.tensor.Tensor x) {
        AutoGradMode mode = new AutoGradMode(false);
        try (org.ditlab.tensor.Scope scope = backend.scope("")) {
            Tensor images = ((LibtorchTensor) x).handle().contiguous(torch.MemoryFormat.ChannelsLast);
            if (arranged == null) {
                arranged = arrange(images);
            }
            IValueVector stack = new IValueVector(
                    new IValue(images),
                    arranged,
                    bias,
                    paddings,
                    strides,
                    dilations,
                    new IValue(1L),
                    new IValue("relu"),
                    scalars,
                    new IValue(""));
            operation.callBoxed(stack);
            // A handle of its own: what the stack shows is freed with it.
            return scope.keep(backend.wrap(new Tensor(stack.get(0).toTensor())));
        } finally {
            mode.close();
        }
    }

    private IValue arrange(Tensor images) {
        long[] shape = {images.size(0), images.size(1), images.size(2), images.size(3)};
        IValue made = new IValue(torch.mkldnn_reorder_conv2d_weight(
                weight.detach().to_mkldnn(), padding, longs((int) stride, (int) stride), longs(1, 1), 1, shape));
        if (home == null) {
            made.retainReference();
        } else {
            home.attach(made);
        }
        return made;
    }
}
