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
import org.jspecify.annotations.Nullable;

/**
 * A part of a model: parameters and children, by name. Constructing a module declares it (shapes only, no backend);
 * {@link #materialize} gives its parameters values on a backend. The qualified names of parameters are the state dict's
 * keys, {@code blocks.0.attn.qkv.weight}.
 */
public abstract class Module {
    private final Map<String, Parameter> parameters = new LinkedHashMap<>();
    private final Map<String, Parameter> constants = new LinkedHashMap<>();
    private final Map<String, Module> children = new LinkedHashMap<>();
    private String path = "";
    private @Nullable Observer observer;

    /** Is told what each module of a model returned. */
    @FunctionalInterface
    public interface Observer {
        /**
         * Called within the module's scope.
         *
         * @param path of the module, {@code blocks.0.attn}
         */
        void returned(String path, Tensor output);
    }

    /** Declares a trained parameter. */
    protected final Parameter parameter(String name, Shape shape, Initializer initializer) {
        return declare(parameters, new Parameter(name, shape, initializer, true));
    }

    /** Declares a frozen table: in the state dict, never trained. */
    protected final Parameter frozen(String name, Shape shape, Initializer initializer) {
        return declare(parameters, new Parameter(name, shape, initializer, false));
    }

    /** Declares a table that follows from the module's form: on the backend, but no part of the state dict. */
    protected final Parameter constant(String name, Shape shape, Initializer initializer) {
        return declare(constants, new Parameter(name, shape, initializer, false));
    }

    private static Parameter declare(Map<String, Parameter> declared, Parameter parameter) {
        if (declared.put(parameter.name(), parameter) != null) {
            throw new IllegalStateException("parameter " + parameter.name() + " is declared twice");
        }
        return parameter;
    }

    /** Adds a child; its parameters' names are prefixed with {@code name.}. */
    protected final <M extends Module> M child(String name, M module) {
        if (children.put(name, module) != null) {
            throw new IllegalStateException("child " + name + " is declared twice");
        }
        ((Module) module).name(below(name));
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
        RandomStream init = streams.stream("init");
        parameters().forEach((name, parameter) -> start(parameter, backend, init.named(name)));
        constants(backend, init);
    }

    private void constants(Backend backend, RandomStream init) {
        constants.values().forEach(constant -> start(constant, backend, init));
        children.values().forEach(module -> module.constants(backend, init));
    }

    private static void start(Parameter parameter, Backend backend, RandomStream stream) {
        Shape shape = parameter.shape();
        Tensor value = backend.computes()
                ? backend.tensor(parameter.initializer().values(shape, stream), shape, DType.FLOAT32)
                : backend.full(0, shape, DType.FLOAT32);
        parameter.set(parameter.trainable() ? backend.leaf(value, true) : value);
    }

    private void name(String own) {
        path = own;
        children.forEach((name, module) -> module.name(below(name)));
    }

    private String below(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    /** Hands all values of this module to the enclosing scope, so that they outlive this one. */
    public final void keep(Scope scope) {
        parameters.values().forEach(parameter -> scope.keep(parameter.value()));
        constants.values().forEach(constant -> scope.keep(constant.value()));
        children.values().forEach(module -> module.keep(scope));
    }

    /** Tells an observer what this module and all below it return from now on; null ends it. */
    public final void observe(@Nullable Observer watching) {
        observer = watching;
        children.values().forEach(module -> module.observe(watching));
    }

    /**
     * Gives the folded form of this module copies of its values; what folds overrides this. This module stays as it is.
     *
     * @param folded declared, with the same names but for what folds
     */
    protected void foldInto(Module folded) {
        parameters.forEach((name, parameter) -> copy(parameter, folded.parameters.get(name)));
        constants.forEach((name, constant) -> copy(constant, folded.constants.get(name)));
        children.forEach((name, module) -> module.foldInto(folded.children.get(name)));
        folded.path = path;
    }

    private static void copy(Parameter from, Parameter to) {
        to.set(from.value().backend().leaf(from.value(), false));
    }

    /** Where this module stands in the model, {@code blocks.0.attn}. */
    public final String path() {
        return path;
    }

    /** Runs a body of {@code forward} in a scope of its own, named by this module's path; what it returns outlives it. */
    protected final Tensor within(Tensor input, Supplier<Tensor> body) {
        try (Scope scope = input.backend().scope(path)) {
            Tensor output = scope.keep(body.get());
            if (observer != null) {
                observer.returned(path, output);
            }
            return output;
        }
    }
}
