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
 * @param settings the architecture settings that name it
 * @param training whether this is the graph that trains; else the folded one, which differs for models with branches
 * @param convention what the costs count
 * @param root the model itself; its total is the model's
 * @param blocks in order of execution
 * @param graph what each block reads from which
 */
public record ModelStructure(
        String name,
        Settings settings,
        boolean training,
        Convention convention,
        ModuleNode root,
        List<Block> blocks,
        BlockGraph graph) {

    /**
     * Builds, folds and traces the model that the settings describe.
     *
     * @throws org.ditlab.model.ArchitectureException when the settings contradict each other
     */
    public static ModelStructure folded(String name, Settings settings, Convention convention) {
        return of(name, settings, false, convention);
    }

    /**
     * Builds and traces the model that the settings describe, with the branches that it trains with.
     *
     * @throws org.ditlab.model.ArchitectureException when the settings contradict each other
     */
    public static ModelStructure training(String name, Settings settings, Convention convention) {
        return of(name, settings, true, convention);
    }

    private static ModelStructure of(String name, Settings settings, boolean training, Convention convention) {
        // Declared as it trains first, so that an error is about the settings as they were given.
        Denoiser trained = ModelZoo.build(settings);
        Denoiser model = training ? trained : ModelZoo.build(Denoiser.foldedSettings(settings));
        ModuleTrace trace = new ModuleTrace(model, ModelCost.trace(model), convention);
        ModuleNode root = trace.tree();
        List<Block> blocks = trace.blocks(root);
        BlockGraph graph = BlockGraph.of(blocks, trace.reads());
        return new ModelStructure(name, settings, training, convention, root, blocks, graph);
    }

    /** The same model as it samples; itself unless this is the graph that trains. */
    ModelStructure folded() {
        return training && folds() ? folded(name, settings, convention) : this;
    }

    /** Whether it trains with branches, so that its two graphs differ. */
    boolean folds() {
        return Denoiser.folds(settings);
    }

    /** Which graph this is, in words. */
    public String form() {
        if (!folds()) {
            return "the model";
        }
        return training ? "the graph that trains" : "the folded model";
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
