package org.ditlab.model.inspect;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.ditlab.tensor.Shape;
import org.ditlab.tensor.trace.TracedOperation;

/**
 * A module of a model, with the modules in it.
 *
 * @param path {@code blocks.0.attn}; empty for the model itself
 * @param name the path within the enclosing module, {@code attn}
 * @param outputs shapes of what others read from it
 * @param parameters shapes of its own parameters by their name within it
 * @param operations what it runs itself, in order; linear maps and convolutions belong to the module of their weights
 * @param own what its own parameters and operations take
 * @param children in order of execution
 */
public record ModuleNode(
        String path,
        String name,
        List<Shape> outputs,
        Map<String, Shape> parameters,
        List<TracedOperation> operations,
        Measure own,
        List<ModuleNode> children) {

    /** What it and all modules in it take. */
    public Measure total() {
        return children.stream().map(ModuleNode::total).reduce(own, Measure::plus);
    }

    /** Whether the other module is built alike: the same parameters, operations and modules; paths may differ. */
    public boolean isLike(ModuleNode other) {
        return signature().equals(other.signature());
    }

    /** This module and all modules in it, outermost first. */
    public Stream<ModuleNode> all() {
        return Stream.concat(Stream.of(this), children.stream().flatMap(ModuleNode::all));
    }

    /** What others read from it: {@code (1, 64, 384)}, {@code 6 x (1, 1, 384)}; empty when nothing is. */
    public String output() {
        if (outputs.isEmpty()) {
            return "";
        }
        if (outputs.stream().distinct().count() > 1) {
            return String.join(" ", outputs.stream().map(Shape::toString).toList());
        }
        return (outputs.size() == 1 ? "" : outputs.size() + " x ") + outputs.get(0);
    }

    /** Equal for modules that are built alike. */
    List<Object> signature() {
        List<Object> signature = new ArrayList<>();
        signature.add(parameters);
        signature.add(own);
        for (TracedOperation operation : operations) {
            signature.add(operation.op());
            signature.add(operation.inputShapes());
            signature.add(operation.shape());
        }
        for (ModuleNode child : children) {
            signature.add(child.name);
            signature.add(child.signature());
        }
        return signature;
    }
}
