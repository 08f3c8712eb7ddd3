package org.ditlab.nn;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.ditlab.tensor.DType;
import org.ditlab.tensor.Scope;
import org.ditlab.tensor.Shape;
import org.ditlab.tensor.Tensor;
import org.ditlab.tensor.random.RandomStream;
import org.ditlab.tensor.random.Streams;
import org.ditlab.tensor.spi.Backend;

/**
 * A part of a model: parameters and children, by name. Constructing a module declares it (shapes only, no backend);
 * {@link #materialize} gives its parameters values on a backend. The qualified names of parameters are the state dict's
 * keys, {@code blocks.0.attn.qkv.weight}.
 */
public abstract class Module {
    private final Map<String, Parameter> parameters = new LinkedHashMap<>();
    private final Map<String, Module> children = new LinkedHashMap<>();
    private String path = "";

    /** Declares a trained parameter. */
    protected final Parameter parameter(String name, Shape shape, Initializer initializer) {
        return declare(new Parameter(name, shape, initializer, true));
    }

    /** Declares a frozen table: in the state dict, never trained. */
    protected final Parameter frozen(String name, Shape shape, Initializer initializer) {
        return declare(new Parameter(name, shape, initializer, false));
    }

    private Parameter declare(Parameter parameter) {
        if (parameters.put(parameter.name(), parameter) != null) {
            throw new IllegalStateException("parameter " + parameter.name() + " is declared twice");
        }
        return parameter;
    }

    /** Adds a child; its parameters' names are prefixed with {@code name.}. */
    protected final <M extends Module> M child(String name, M module) {
        if (children.put(name, module) != null) {
            throw new IllegalStateException("child " + name + " is declared twice");
        }
        return module;
    }

    /** All parameters by qualified name, in declaration order, this module's own first. */
    public final Map<String, Parameter> parameters() {
        Map<String, Parameter> all = new LinkedHashMap<>();
        collect("", all);
        return all;
    }

    private void collect(String prefix, Map<String, Parameter> all) {
        parameters.forEach((name, parameter) -> all.put(prefix + name, parameter));
        children.forEach((name, module) -> module.collect(prefix + name + ".", all));
    }

    /** Number of elements of all parameters, frozen ones included. */
    public final long parameterCount() {
        return parameters().values().stream()
                .mapToLong(p -> p.shape().elements())
                .sum();
    }

    /**
     * Gives every parameter its starting value on the backend, drawn from the stream {@code init} and its qualified name,
     * so that two models that share a layer start from the same weights. The values live in the innermost scope.
     */
    public final void materialize(Backend backend, Streams streams) {
        name("");
        RandomStream init = streams.stream("init");
        parameters().forEach((name, parameter) -> {
            Tensor value = backend.computes()
                    ? backend.tensor(
                            parameter.initializer().values(parameter.shape(), init.named(name)),
                            parameter.shape(),
                            DType.FLOAT32)
                    : backend.full(0, parameter.shape(), DType.FLOAT32);
            parameter.set(parameter.trainable() ? backend.leaf(value, true) : value);
        });
    }

    private void name(String own) {
        path = own;
        children.forEach((name, module) -> module.name(own.isEmpty() ? name : own + "." + name));
    }

    /** Where this module stands in the model, {@code blocks.0.attn}. */
    public final String path() {
        return path;
    }

    /** Runs a body of {@code forward} in a scope of its own, named by this module's path; what it returns outlives it. */
    protected final Tensor within(Tensor input, Supplier<Tensor> body) {
        try (Scope scope = input.backend().scope(path)) {
            return scope.keep(body.get());
        }
    }
}
