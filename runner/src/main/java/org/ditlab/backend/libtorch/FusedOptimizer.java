package org.ditlab.backend.libtorch;

import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.CompilationUnit;
import org.bytedeco.pytorch.Function;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.QualifiedName;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.ditlab.tensor.Shape;
import org.ditlab.tensor.spi.AdamWState;
import org.jspecify.annotations.Nullable;

/**
 * AdamW by libtorch, and the averages that follow it. The presets do not map libtorch's fused kernel, so that it is reached through a
 * TorchScript function. It returns what it changed: a call whose result nobody reads is removed as dead code.
 */
final class FusedOptimizer {
    private static final String SCRIPT = """
            def adamw(p: Tensor, g: Tensor, m: Tensor, v: Tensor, step: Tensor, lr: float, beta1: float, beta2: float, wd: float, eps: float):
                ps = [p]
                ms = [m]
                vs = [v]
                torch._fused_adamw_(ps, [g], ms, vs, [], [step], lr=lr, beta1=beta1, beta2=beta2, weight_decay=wd, eps=eps, amsgrad=False, maximize=False)
                return ps[0], ms[0], vs[0]
            """;

    private @Nullable CompilationUnit unit;
    private @Nullable Function function;

    private Function function() {
        if (function == null) {
            // Outlives every scope: retained here, freed with the process.
            try (PointerScope scope = new PointerScope()) {
                unit = torch.compile(SCRIPT);
                unit.retainReference();
                function = unit.find_function(new QualifiedName("adamw"));
                function.retainReference();
            }
        }
        return function;
    }

    void adamW(AdamWState state, double learningRate, long step) {
        Function run = function();
        AutoGradMode mode = new AutoGradMode(false);
        try (PointerScope scope = new PointerScope()) {
            org.bytedeco.pytorch.Tensor count = NativeArrays.empty(Shape.of(), torch.ScalarType.Float);
            for (int i = 0; i < state.parameters().size(); i++) {
                try (PointerScope each = new PointerScope()) {
                    org.bytedeco.pytorch.Tensor parameter =
                            handle(state.parameters().get(i));
                    org.bytedeco.pytorch.Tensor gradient = parameter.grad();
                    if (!gradient.defined()) {
                        continue;
                    }
                    count.fill_(new Scalar((double) step));
                    IValueVector stack = new IValueVector(
                            new IValue(parameter),
                            new IValue(gradient.contiguous()),
                            new IValue(handle(state.firstMoments().get(i))),
                            new IValue(handle(state.secondMoments().get(i))),
                            new IValue(count),
                            new IValue(learningRate),
                            new IValue(state.beta1()),
                            new IValue(state.beta2()),
                            new IValue(state.weightDecay()),
                            new IValue(state.epsilon()));
                    run.run(stack);
                }
            }
            state.averages().forEach(average -> move(average, state.parameters()));
        } finally {
            mode.close();
        }
    }

    private static void move(AdamWState.Average average, List<org.ditlab.tensor.Tensor> parameters) {
        Scalar weight = new Scalar(1 - average.decay());
        for (int i = 0; i < parameters.size(); i++) {
            handle(average.tensors().get(i)).lerp_(handle(parameters.get(i)), weight);
        }
    }

    static double gradientNorm(List<org.ditlab.tensor.Tensor> leaves) {
        try (PointerScope scope = new PointerScope()) {
            TensorVector norms = new TensorVector();
            for (org.ditlab.tensor.Tensor leaf : leaves) {
                org.bytedeco.pytorch.Tensor gradient = handle(leaf).grad();
                if (gradient.defined()) {
                    norms.push_back(gradient.norm());
                }
            }
            return norms.empty() ? 0 : torch.stack(norms).norm().item_double();
        }
    }

    private static org.bytedeco.pytorch.Tensor handle(org.ditlab.tensor.Tensor tensor) {
        return ((LibtorchTensor) tensor).handle();
    }
}
