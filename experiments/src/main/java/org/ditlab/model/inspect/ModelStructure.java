package org.ditlab.model.inspect;

import java.util.List;
import org.ditlab.knob.Setting;
import org.ditlab.knob.Settings;
import org.ditlab.model.Denoiser;
import org.ditlab.model.ModelCost;
import org.ditlab.model.ModelZoo;
import org.ditlab.tensor.Convention;

/**
 * A model taken apart: its modules as a tree and its blocks as a graph, each with what it takes.
 *
 * @param name what the model is called
 * @param settings the architecture settings that it was built from
 * @param convention what the costs count
 * @param root the model itself; its total is the model's
 * @param blocks in order of execution
 * @param graph what each block reads from which
 */
public record ModelStructure(
        String name, Settings settings, Convention convention, ModuleNode root, List<Block> blocks, BlockGraph graph) {

    /**
     * Builds and traces the model that the settings describe.
     *
     * @throws org.ditlab.model.ArchitectureException when the settings contradict each other
     */
    public static ModelStructure of(String name, Settings settings, Convention convention) {
        Denoiser model = ModelZoo.build(settings);
        ModuleTrace trace = new ModuleTrace(model, ModelCost.trace(model), convention);
        ModuleNode root = trace.tree();
        List<Block> blocks = trace.blocks(root);
        return new ModelStructure(name, settings, convention, root, blocks, BlockGraph.of(blocks, trace.reads()));
    }

    /** What the whole model takes. */
    public Measure total() {
        return root.total();
    }

    /** The settings that are not their knob's default, ordered by name. */
    public Settings chosen() {
        List<Setting<?>> chosen = settings.all().stream()
                .filter(setting -> !setting.value().equals(setting.knob().defaultValue()))
                .toList();
        return Settings.empty().with(chosen);
    }
}
