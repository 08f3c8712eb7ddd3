package org.ditlab.model.inspect;

import java.util.List;
import org.ditlab.tensor.Shape;

/**
 * A part of a model at the level of its figure: a module right below the model ({@code x_embedder}), or one of a numbered
 * row of them ({@code blocks.0}, {@code encoder_level_1.1}).
 */
public record Block(ModuleNode module) {

    /** The path of the block that a module stands in; empty for the model itself. */
    static String pathOf(String module) {
        int dot = module.indexOf('.');
        if (dot < 0) {
            return module;
        }
        int next = module.indexOf('.', dot + 1);
        String second = module.substring(dot + 1, next < 0 ? module.length() : next);
        boolean numbered = !second.isEmpty() && second.chars().allMatch(c -> c >= '0' && c <= '9');
        return numbered ? module.substring(0, dot + 1 + second.length()) : module.substring(0, dot);
    }

    public String path() {
        return module.path();
    }

    /** The row of blocks that it stands in, {@code encoder_level_1}; its own path when it stands alone. */
    public String stage() {
        int dot = path().indexOf('.');
        return dot < 0 ? path() : path().substring(0, dot);
    }

    public Measure measure() {
        return module.total();
    }

    /** The last thing that others read from it. */
    public Shape output() {
        List<Shape> outputs = module.outputs();
        return outputs.isEmpty() ? Shape.of() : outputs.get(outputs.size() - 1);
    }

    /** Positions of the output: H W of (N, C, H, W), T of (N, T, D); 0 when it has none, as a condition (N, D). */
    public long positions() {
        Shape output = output();
        return switch (output.rank()) {
            case 3 -> output.dim(1);
            case 4 -> (long) output.dim(2) * output.dim(3);
            default -> 0;
        };
    }

    /** Whether it embeds the condition: its output has no positions. */
    public boolean conditions() {
        return positions() == 0;
    }

    /** How often one of its modules runs an operation of this name. */
    long count(String operation) {
        return module.all()
                .flatMap(inner -> inner.operations().stream())
                .filter(traced -> traced.op().equals(operation))
                .count();
    }

    /** How many of the modules right in it have a name that begins so. */
    long modules(String prefix) {
        return module.children().stream()
                .filter(child -> child.name().startsWith(prefix))
                .count();
    }
}
