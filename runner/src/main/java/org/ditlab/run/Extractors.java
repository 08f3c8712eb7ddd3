package org.ditlab.run;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Predicate;
import org.ditlab.metric.ClassifierExtractor;
import org.ditlab.metric.FeatureExtractor;
import org.ditlab.metric.evaluation.MeasureKnobs;
import org.ditlab.metric.inception.InceptionExtractor;
import org.ditlab.metric.inception.InceptionWeights;
import org.ditlab.study.StudyException;
import org.ditlab.study.plan.StageKind;

/** Opens the network that a study's features come from. */
final class Extractors {
    /** A classifier's weights in the extractor stage's directory. */
    static final String WEIGHTS = "extractor.safetensors";

    private Extractors() {}

    /**
     * Inception with the user's weights.
     *
     * @param planned whether a hash is the one that was planned
     */
    static FeatureExtractor inception(StageContext context, Predicate<String> planned) throws IOException {
        Path file = context.files().inception();
        if (file == null) {
            throw new StudyException(InceptionWeights.missing());
        }
        InceptionWeights weights = InceptionWeights.read(file);
        if (!planned.test(weights.hash())) {
            throw new StudyException("--inception " + file
                    + ": holds other weights than those this study was planned with; plan and run it again");
        }
        return new InceptionExtractor(
                context.backend(),
                weights.state(),
                weights.hash(),
                MeasureKnobs.suite(context.settings()).preprocessing());
    }

    /**
     * What the extractor stage trained or used.
     *
     * @param hash the beginning of its weights' hash, as that stage recorded it
     */
    static FeatureExtractor of(StageContext context, Object hash) throws IOException {
        return MeasureKnobs.inception(context.settings())
                ? inception(context, found -> found.startsWith(String.valueOf(hash)))
                : ClassifierExtractor.read(
                        context.backend(), context.upstream(StageKind.EXTRACTOR).resolve(WEIGHTS));
    }
}
