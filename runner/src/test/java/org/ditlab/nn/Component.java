package org.ditlab.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.ditlab.fixtures.Closeness.assertCloseToLargest;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.ditlab.backend.libtorch.LibtorchProvider;
import org.ditlab.data.NpyArray;
import org.ditlab.fixtures.FixtureCase;
import org.ditlab.fixtures.Fixtures;
import org.ditlab.tensor.Device;
import org.ditlab.tensor.Scope;
import org.ditlab.tensor.Shape;
import org.ditlab.tensor.Tensor;
import org.ditlab.tensor.random.Streams;
import org.ditlab.tensor.reference.ReferenceBackendProvider;
import org.ditlab.tensor.spi.Backend;
import org.ditlab.tensor.spi.BackendProvider;
import org.junit.jupiter.params.provider.Arguments;

/** One case of {@code fixtures/components}: the arrays of a file whose names start with the case's name and a slash. */
record Component(FixtureCase fixture, String name) {
    /** Bounds of the fixtures' README, of an array's largest magnitude. */
    static final double VALUES = 2e-5;

    static final double GRADIENTS = 2e-4;
    static final double COSINE_GRADIENTS = 1e-3;

    /** Every case of a file on every backend that computes: whatever stands before the first slash of an array's name. */
    static Stream<Arguments> onBackends(String file) {
        List<BackendProvider> backends = List.of(new LibtorchProvider(), new ReferenceBackendProvider());
        return in(file).flatMap(component -> backends.stream().map(backend -> Arguments.of(component, backend)));
    }

    private static Stream<Component> in(String file) {
        FixtureCase fixture = Fixtures.cases("components").stream()
                .filter(candidate -> candidate.name().equals(file))
                .findFirst()
                .orElseThrow();
        return fixture.arrays().keySet().stream()
                .map(array -> array.substring(0, array.indexOf('/')))
                .distinct()
                .map(name -> new Component(fixture, name));
    }

    /** Runs a check in a scope of a backend. */
    static void on(BackendProvider provider, Consumer<Backend> check) {
        try (Backend backend = provider.open(Device.CPU, 1);
                Scope scope = backend.scope()) {
            check.accept(backend);
        }
    }

    NpyArray array(String array) {
        return fixture.array(name + "/" + array);
    }

    boolean has(String array) {
        return fixture.has(name + "/" + array);
    }

    Tensor tensor(Backend backend, String array) {
        return fixture.tensor(backend, name + "/" + array);
    }

    /** The case's arrays below a folder, {@code param/}, by the rest of their names. */
    Map<String, NpyArray> below(String folder) {
        String prefix = name + "/" + folder;
        Map<String, NpyArray> found = new LinkedHashMap<>();
        fixture.arrays().forEach((array, values) -> {
            if (array.startsWith(prefix)) {
                found.put(array.substring(prefix.length()), values);
            }
        });
        return found;
    }

    void assertClose(Tensor actual, String array) {
        assertCloseToLargest(actual, array(array), VALUES, this + "/" + array);
    }

    /** Fills a module with arrays by parameter name; all of its parameters and no others must be there. */
    static void load(Backend backend, Module module, Map<String, NpyArray> parameters) {
        module.materialize(backend, new Streams(0));
        Map<String, StateDict.Entry> entries = new LinkedHashMap<>();
        parameters.forEach(
                (name, values) -> entries.put(name, new StateDict.Entry(Shape.of(values.shape()), values.floats())));
        new StateDict(entries).load(module);
    }

    /**
     * Checks a loaded module's output for {@code x}, then the gradients of x and of its parameters for {@code grad_y}.
     *
     * @param expected gradients by parameter name
     * @param tolerance of gradients, of the largest magnitude
     */
    void check(
            Backend backend,
            Module module,
            UnaryOperator<Tensor> forward,
            String output,
            Map<String, NpyArray> expected,
            double tolerance) {
        Tensor x = backend.leaf(tensor(backend, "x"), true);
        Tensor y = forward.apply(x);
        assertClose(y, output);
        y.mul(tensor(backend, "grad_y")).sum().backward();
        assertCloseToLargest(gradient(x, "x"), array("grad_x"), tolerance, this + "/grad_x");
        Map<String, Parameter> parameters = module.parameters();
        assertThat(expected.keySet()).as("%s: gradients", this).isEqualTo(parameters.keySet());
        expected.forEach((parameter, values) -> assertCloseToLargest(
                gradient(parameters.get(parameter).value(), parameter), values, tolerance, this + "/" + parameter));
    }

    private Tensor gradient(Tensor leaf, String of) {
        return Objects.requireNonNull(leaf.grad(), this + " has no gradient of " + of);
    }

    @Override
    public String toString() {
        return name;
    }
}
