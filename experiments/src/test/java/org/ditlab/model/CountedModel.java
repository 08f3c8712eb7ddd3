package org.ditlab.model;

import org.ditlab.knob.Settings;
import org.ditlab.nn.Parameter;
import org.ditlab.tensor.Convention;
import org.ditlab.tensor.Product;
import org.ditlab.tensor.trace.Trace;

/**
 * What the published rows need of a model.
 *
 * @param trained trained parameters of the folded model; frozen tables are none
 * @param torchprofileMatrix the torchprofile count with the attention's logits scaled instead of the query; the same where
 *     the model's own code scales the logits. Of a column of blocks it holds for full self-attention among image tokens
 */
record CountedModel(ModelCost cost, long trained, long torchprofileMatrix) {
    static CountedModel of(Settings settings) {
        Denoiser folded = ModelZoo.build(Denoiser.foldedSettings(settings));
        Trace trace = ModelCost.trace(folded);
        long torchprofile = trace.cost(Convention.TORCHPROFILE);
        if (settings.get(ArchitectureKnobs.SKELETON) == Skeleton.ISOTROPIC) {
            int patch = folded.settings().get(ArchitectureKnobs.PATCH);
            long tokens = (long) (folded.height() / patch) * (folded.width() / patch);
            long logits = tokens * tokens * settings.get(ArchitectureKnobs.HEADS);
            torchprofile += settings.get(ArchitectureKnobs.DEPTH) * logits - trace.elements(Product.ATTENTION_SCALE);
        }
        long trained = folded.parameters().values().stream()
                .filter(Parameter::trainable)
                .mapToLong(parameter -> parameter.shape().elements())
                .sum();
        return new CountedModel(ModelCost.of(settings), trained, torchprofile);
    }

    long of(Counting counting) {
        return switch (counting) {
            case TORCHPROFILE -> cost.macsTorchprofile();
            case TORCHPROFILE_MATRIX -> torchprofileMatrix;
            case DIT_PAPER -> cost.macsDitPaper();
        };
    }
}
