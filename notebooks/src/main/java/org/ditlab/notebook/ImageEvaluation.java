package org.ditlab.notebook;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.ditlab.metric.ClassifierExtractor;
import org.ditlab.metric.EvaluationInput;
import org.ditlab.metric.FeatureExtractor;
import org.ditlab.metric.evaluation.Evaluation;
import org.ditlab.metric.evaluation.EvaluationResult;
import org.ditlab.metric.evaluation.MetricOptions;
import org.ditlab.metric.evaluation.Suite;
import org.ditlab.metric.inception.Preprocessing;
import org.ditlab.run.BackendChoice;
import org.ditlab.run.Backends;
import org.ditlab.study.StudyException;
import org.ditlab.tensor.spi.Backend;

/** {@code ditlab evaluate --features classifier} from a cell. */
final class ImageEvaluation {
    private final Path classifier;
    private final int resamples;

    /** @throws StudyException when the study has trained no classifier */
    ImageEvaluation(Path study, int resamples) throws IOException {
        this.resamples = resamples;
        try (Stream<Path> stages = Files.list(study.resolve("stages"))) {
            classifier = stages.map(stage -> stage.resolve("extractor.safetensors"))
                    .filter(Files::isRegularFile)
                    .sorted()
                    .findFirst()
                    .orElseThrow(() ->
                            new StudyException(study.getFileName() + " has no classifier yet; run the study first"));
        }
    }

    EvaluationResult run(Path reference, Path samples) throws IOException, InterruptedException {
        List<EvaluationInput> inputs = EvaluationInput.openAll(List.of(reference, samples));
        BackendChoice choice = Backends.installed().choose(null, null);
        int threads = Runtime.getRuntime().availableProcessors();
        Path cache = Files.createTempDirectory("ditlab-features-");
        MetricOptions usual = MetricOptions.USUAL;
        MetricOptions options = new MetricOptions(
                usual.nearest(),
                usual.neighbours(),
                usual.splits(),
                resamples,
                usual.seed(),
                usual.neighboursOf(),
                usual.perClass());
        try (Backend backend = choice.provider().open(choice.device(), threads)) {
            return new Evaluation(backend, inputs.get(0), inputs.get(1), List.of(Suite.DITLAB), Set.of(), options)
                    .run(new Network(backend, classifier), cache, new Quiet());
        } finally {
            for (EvaluationInput input : inputs) {
                input.close();
            }
            try (Stream<Path> files = Files.walk(cache)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    /** The study's classifier, which has no spatial features. */
    private record Network(Backend backend, Path weights) implements Evaluation.Extractors {
        @Override
        public FeatureExtractor open(Preprocessing preprocessing) throws IOException {
            return ClassifierExtractor.read(backend, weights);
        }

        @Override
        public boolean spatial() {
            return false;
        }
    }

    /** Remarks stand in the result; a cell's interrupt stops. */
    private record Quiet() implements Evaluation.Watch {
        @Override
        public void images(long done, long total, long fresh) {}

        @Override
        public void note(String remark) {}

        @Override
        public void step(String text) {}

        @Override
        public boolean stop() {
            return Thread.currentThread().isInterrupted();
        }
    }
}
