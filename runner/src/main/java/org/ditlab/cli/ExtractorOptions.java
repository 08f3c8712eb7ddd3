package org.ditlab.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ditlab.metric.ClassifierExtractor;
import org.ditlab.metric.FeatureExtractor;
import org.ditlab.metric.evaluation.Evaluation;
import org.ditlab.metric.inception.InceptionExtractor;
import org.ditlab.metric.inception.InceptionWeights;
import org.ditlab.metric.inception.Preprocessing;
import org.ditlab.store.StudyDirectory;
import org.ditlab.study.StudyException;
import org.ditlab.tensor.spi.Backend;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which network gives features, what computes it, and where features are kept. */
final class ExtractorOptions implements Evaluation.Extractors {
    /** Networks by name. */
    enum Network {
        INCEPTION,
        CLASSIFIER
    }

    @Option(
            names = "--features",
            paramLabel = "inception|classifier",
            defaultValue = "inception",
            description = "The network whose features are compared. Default: ${DEFAULT-VALUE}.")
    private Network network;

    @Mixin
    private InceptionOption inception;

    @Option(
            names = "--classifier",
            paramLabel = "FILE",
            description = "A study's classifier: stages/extractor-*/extractor.safetensors in its directory.")
    private @Nullable Path classifier;

    @Option(
            names = "--cache",
            paramLabel = "DIR",
            description = "Where features are kept, so that a run that was cut goes on and other metrics take seconds."
                    + " Default: ~/.cache/ditlab/features.")
    private @Nullable Path cache;

    @Mixin
    private ComputeOptions compute;

    private @Nullable Backend open;
    private @Nullable InceptionWeights weights;

    boolean classifier() {
        return network == Network.CLASSIFIER;
    }

    /** Says what is missing before anything is computed. */
    void check() throws IOException {
        if (compute.threads() < 1) {
            throw new StudyException("--threads " + compute.threads() + ": expected 1 or more");
        }
        if (!classifier() && classifier != null) {
            throw new StudyException("--classifier is about --features classifier; add that, or leave it out");
        }
        if (classifier() && classifier == null) {
            throw new StudyException("--features classifier needs the classifier of a study: add --classifier FILE, its"
                    + " stages/extractor-*/extractor.safetensors");
        }
        checkCache();
        if (!classifier()) {
            Path file = inception.file();
            if (file == null) {
                throw new StudyException(InceptionWeights.missing());
            }
            weights = InceptionWeights.read(file);
        }
    }

    Backend backend() {
        open = compute.open();
        return open;
    }

    @Override
    public FeatureExtractor open(Preprocessing preprocessing) throws IOException {
        if (classifier()) {
            try {
                return ClassifierExtractor.read(open, classifier);
            } catch (StudyException e) {
                throw new StudyException("--classifier " + classifier + ": is no study's classifier; give its"
                        + " stages/extractor-*/extractor.safetensors");
            }
        }
        return new InceptionExtractor(open, weights.state(), weights.hash(), preprocessing);
    }

    @Override
    public boolean spatial() {
        return !classifier();
    }

    /** Makes the folder of features, before any work. */
    private void checkCache() {
        try {
            Files.createDirectories(cache());
        } catch (IOException e) {
            throw new StudyException("--cache " + cache() + ": no folder can be made there (" + StudyDirectory.reason(e)
                    + "); give another");
        }
        if (!Files.isWritable(cache())) {
            throw new StudyException("--cache " + cache() + ": cannot be written; give another folder");
        }
    }

    Path cache() {
        if (cache != null) {
            return cache;
        }
        String base = System.getenv("XDG_CACHE_HOME");
        Path root = base == null || base.isBlank() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(base);
        return root.resolve("ditlab").resolve("features");
    }
}
