package org.ditlab.tensor.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import java.util.List;
import org.ditlab.model.ModelCost;
import org.ditlab.model.ModelZoo;
import org.ditlab.tensor.Composites;
import org.ditlab.tensor.Convention;
import org.ditlab.tensor.DType;
import org.ditlab.tensor.Product;
import org.ditlab.tensor.Scope;
import org.ditlab.tensor.Shape;
import org.ditlab.tensor.ShapeException;
import org.ditlab.tensor.Tensor;
import org.jgrapht.graph.DefaultEdge;
import org.jgrapht.graph.DirectedAcyclicGraph;
import org.junit.jupiter.api.Test;

class TracingBackendTests {
    private final TracingBackend backend = new TracingBackend();

    private Tensor input(int... dims) {
        return backend.full(0, Shape.of(dims), DType.FLOAT32);
    }

    @Test
    void recordsWhereAnOperationRanAndWhatItRead() {
        Tensor x = input(2, 3);
        Tensor h;
        try (Scope outer = backend.scope("blocks.0")) {
            try (Scope inner = backend.scope("blocks.0.mlp")) {
                h = inner.keep(x.matmul(input(3, 5)));
            }
            h = outer.keep(h.exp());
        }
        h.add(h);

        List<TracedOperation> operations = backend.trace().operations();
        assertThat(operations)
                .extracting(TracedOperation::op, TracedOperation::module, TracedOperation::inputs)
                .containsExactly(
                        tuple("matmul", "blocks.0.mlp", List.of(-1, -2)),
                        tuple("exp", "blocks.0", List.of(0)),
                        tuple("add", "", List.of(1, 1)));
        assertThat(operations.get(0))
                .isEqualTo(new TracedOperation(
                        0,
                        "matmul",
                        "blocks.0.mlp",
                        List.of(Shape.of(2, 3), Shape.of(3, 5)),
                        Shape.of(2, 5),
                        DType.FLOAT32,
                        30,
                        40,
                        List.of(-1, -2)));
    }

    @Test
    void viewsKeepNoActivations() {
        Tensor x = input(2, 3, 4);

        Tensor y = x.permute(2, 0, 1).reshape(4, 6).slice(0, 1, 3).detach();
        y.exp();

        assertThat(backend.trace().activationBytes()).isEqualTo(2 * 6 * 4);
    }

    @Test
    void conventionsAddWhatTheyCount() {
        Tensor q = input(1, 2, 16, 8);

        Composites.attention(q, q, q, 0.5, 2 * 16 * 8);
        Composites.layerNorm(q, 1e-6);

        long macs = 2L * 2 * 16 * 16 * 8;
        Trace trace = backend.trace();
        assertThat(trace.cost(Convention.MACS)).isEqualTo(macs);
        assertThat(trace.cost(Convention.TORCHPROFILE)).isEqualTo(macs + 2 * 16 * 8);
        assertThat(trace.cost(Convention.DIT_PAPER)).isEqualTo(macs + 2 * 16 * 8);
        assertThat(trace.elements(Product.GATE)).isZero();
    }

    @Test
    void graphOfAModelHasOnlyOneEnd() {
        Trace trace = ModelCost.trace(ModelZoo.build(ModelZoo.find("DiT-S/8").orElseThrow()));

        DirectedAcyclicGraph<TracedOperation, DefaultEdge> graph = trace.graph();

        assertThat(graph.vertexSet()).hasSameSizeAs(trace.operations());
        assertThat(graph.vertexSet().stream().filter(operation -> graph.outDegreeOf(operation) == 0))
                .extracting(TracedOperation::shape)
                .containsExactly(Shape.of(1, 8, 32, 32));
        assertThat(trace.operations())
                .extracting(TracedOperation::module)
                .contains("t_embedder", "blocks.11.attn", "final_layer");
    }

    @Test
    void errorsNameOperationAndShapes() {
        assertThatThrownBy(() -> input(2, 3).matmul(input(2, 3)))
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining("matmul")
                .hasMessageContaining("(2, 3)");
        assertThatThrownBy(() -> input(2, 3).add(input(2, 4)))
                .isInstanceOf(ShapeException.class)
                .hasMessage("add: (2, 3) and (2, 4) do not broadcast");
    }
}
