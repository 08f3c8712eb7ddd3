package org.ditlab.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.ditlab.tensor.random.RandomStream;
import org.ditlab.tensor.random.Streams;
import org.ditlab.tensor.reference.ReferenceBackend;
import org.ditlab.tensor.spi.Backend;
import org.ditlab.tensor.trace.TracingBackend;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * What every backend that computes must do. Each numeric method is held against the reference backend in float64 on
 * fresh random inputs, its gradient against the reference's and against finite differences, its shape, type and cost
 * against the tracing backend.
 *
 * <p>A failure names the seed; {@code -Dditlab.test.seed=N} repeats it.
 */
public abstract class BackendContract extends BackendTraining {
    /** What is neither a case nor a test: releases memory, and is silent outside traces. */
    private static final Set<String> NOT_OBSERVABLE = Set.of("close()", "count(Product,long)");

    /** Step of the finite differences. */
    private static final double STEP = 1e-5;

    private final long seed =
            Long.getLong("ditlab.test.seed", ThreadLocalRandom.current().nextLong());

    /** Relative error allowed in float32. */
    protected double tolerance() {
        return 2e-5;
    }

    @Test
    void everyMethodHasACaseOrATest() {
        Set<String> methods = Arrays.stream(Backend.class.getDeclaredMethods())
                .filter(method -> !method.isSynthetic() && !Modifier.isStatic(method.getModifiers()))
                .map(PrimitiveCase::signature)
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> covered = new TreeSet<>(NOT_OBSERVABLE);
        PrimitiveCases.all().forEach(tried -> covered.add(tried.method()));
        List<Method> tests = new ArrayList<>(List.of(BackendBehaviour.class.getDeclaredMethods()));
        tests.addAll(List.of(BackendTraining.class.getDeclaredMethods()));
        for (Method test : tests) {
            Covers covers = test.getAnnotation(Covers.class);
            if (covers != null) {
                assertThat(test.isAnnotationPresent(Test.class))
                        .as(test.getName())
                        .isTrue();
                covered.addAll(List.of(covers.value()));
            }
        }

        assertThat(covered).containsExactlyElementsOf(methods);
    }

    @TestFactory
    Stream<DynamicTest> valuesAgreeWithTheReference() {
        return forEachCase(tried -> {
            List<double[]> values = draw(tried);
            double[] expected =
                    tried.result(new ReferenceBackend(), values, DType.FLOAT64).toDoubles();
            try (Scope scope = backend().scope("float32")) {
                assertClose(tried.result(backend(), values, DType.FLOAT32).toDoubles(), expected, tolerance());
                assertClose(tried.result(backend(), values, DType.FLOAT64).toDoubles(), expected, 1e-10);
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> gradientsAgreeWithTheReference() {
        return forEachDifferentiableCase(tried -> {
            List<double[]> values = draw(tried);
            double[] weights = weights(tried, values);
            List<double[]> expected = gradients(new ReferenceBackend(), tried, values, weights, DType.FLOAT64);
            try (Scope scope = backend().scope("float32")) {
                assertAllClose(gradients(backend(), tried, values, weights, DType.FLOAT32), expected, tolerance());
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> gradientsAgreeWithFiniteDifferences() {
        return forEachDifferentiableCase(tried -> {
            List<double[]> values = draw(tried);
            double[] weights = weights(tried, values);
            try (Scope scope = backend().scope("float64")) {
                List<double[]> gradients = gradients(backend(), tried, values, weights, DType.FLOAT64);
                assertAllClose(gradients, differences(tried, values, weights), 1e-6);
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> shapeTypeAndCostAgreeWithTheTrace() {
        return forEachCase(tried -> {
            List<double[]> values = draw(tried);
            TracingBackend tracing = new TracingBackend();
            Tensor traced = tried.result(tracing, values, DType.FLOAT32);
            try (Scope scope = backend().scope("float32")) {
                Tensor computed = tried.result(backend(), values, DType.FLOAT32);

                assertThat(computed.shape()).isEqualTo(traced.shape());
                assertThat(computed.dtype()).isEqualTo(traced.dtype());
                assertThat(computed.toDoubles())
                        .hasSize(Math.toIntExact(traced.shape().elements()));
            }
            assertThat(tracing.trace().cost(Convention.MACS)).isEqualTo(tried.macs());
        });
    }

    private static Stream<DynamicTest> forEachDifferentiableCase(Consumer<PrimitiveCase> check) {
        return tests(PrimitiveCases.all().stream().filter(PrimitiveCase::differentiable), check);
    }

    private static Stream<DynamicTest> forEachCase(Consumer<PrimitiveCase> check) {
        return tests(PrimitiveCases.all().stream(), check);
    }

    private static Stream<DynamicTest> tests(Stream<PrimitiveCase> cases, Consumer<PrimitiveCase> check) {
        Map<String, Integer> seen = new HashMap<>();
        return cases.map(tried -> {
            int number = seen.merge(tried.method(), 1, Integer::sum);
            return DynamicTest.dynamicTest(number + " " + tried, () -> check.accept(tried));
        });
    }

    private RandomStream stream(PrimitiveCase tried) {
        return new Streams(seed).stream("contract").named(tried.toString());
    }

    private List<double[]> draw(PrimitiveCase tried) {
        return tried.draw(stream(tried));
    }

    /** Random weights of the result's elements. */
    private double[] weights(PrimitiveCase tried, List<double[]> values) {
        Shape shape = tried.result(new TracingBackend(), values, DType.FLOAT64).shape();
        return new Operand(shape, Operand.Kind.NORMAL, 0).draw(stream(tried).named("weights"));
    }

    private static List<double[]> gradients(
            Backend backend, PrimitiveCase tried, List<double[]> values, double[] weights, DType type) {
        List<Tensor> inputs = tried.inputs(backend, values, type);
        tried.loss(backend, inputs, weights, type).backward();
        List<double[]> gradients = new ArrayList<>();
        for (int i = 0; i < inputs.size(); i++) {
            Tensor gradient = inputs.get(i).grad();
            if (tried.operands().get(i).differentiable()) {
                assertThat(gradient).as("gradient of operand %d", i).isNotNull();
                assertThat(gradient.shape()).isEqualTo(inputs.get(i).shape());
                gradients.add(gradient.toDoubles());
            } else {
                assertThat(gradient).as("gradient of operand %d", i).isNull();
            }
        }
        return gradients;
    }

    private List<double[]> differences(PrimitiveCase tried, List<double[]> values, double[] weights) {
        List<double[]> all = new ArrayList<>();
        for (int operand = 0; operand < values.size(); operand++) {
            if (!tried.operands().get(operand).differentiable()) {
                continue;
            }
            double[] moved = values.get(operand);
            double[] differences = new double[moved.length];
            for (int i = 0; i < moved.length; i++) {
                double at = moved[i];
                moved[i] = at + STEP;
                double above = loss(tried, values, weights);
                moved[i] = at - STEP;
                double below = loss(tried, values, weights);
                moved[i] = at;
                differences[i] = (above - below) / (2 * STEP);
            }
            all.add(differences);
        }
        return all;
    }

    private double loss(PrimitiveCase tried, List<double[]> values, double[] weights) {
        try (Scope scope = backend().scope("loss");
                Backend.Guard guard = backend().noGrad()) {
            List<Tensor> inputs = tried.inputs(backend(), values, DType.FLOAT64);
            return tried.loss(backend(), inputs, weights, DType.FLOAT64).item();
        }
    }

    private void assertAllClose(List<double[]> actual, List<double[]> expected, double tolerance) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < actual.size(); i++) {
            assertClose(actual.get(i), expected.get(i), tolerance);
        }
    }

    private void assertClose(double[] actual, double[] expected, double tolerance) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < actual.length; i++) {
            assertThat(actual[i])
                    .as("element %d, seed %d", i, seed)
                    .isCloseTo(expected[i], within(tolerance * (1 + Math.abs(expected[i]))));
        }
    }
}
