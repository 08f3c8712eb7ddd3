package org.ditlab.metric;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ditlab.data.ImageSet;
import org.ditlab.data.ImageSets;
import org.ditlab.study.StudyException;

/**
 * What a path given to an evaluator holds: images, statistics of images, or both, as ADM's reference batches do.
 *
 * @param notes what a person should know; no errors
 */
public record EvaluationInput(
        Path path, Optional<ImageSet> images, Optional<StatisticsFile> statistics, List<String> notes)
        implements Closeable {
    /**
     * Opens and checks a path.
     *
     * @throws StudyException with all that is wrong with it
     */
    public static EvaluationInput open(Path path) throws IOException {
        if (!StatisticsFile.isOne(path)) {
            ImageSet images = ImageSets.open(path);
            try {
                return new EvaluationInput(path, Optional.of(images), Optional.empty(), ImageSets.check(images));
            } catch (IOException | RuntimeException e) {
                images.close();
                throw e;
            }
        }
        StatisticsFile statistics = StatisticsFile.read(path);
        Optional<ImageSet> images = ImageSets.beside(path);
        List<String> notes = images.isPresent() ? ImageSets.check(images.get()) : List.of();
        return new EvaluationInput(path, images, Optional.of(statistics), notes);
    }

    /**
     * Opens and checks several paths.
     *
     * @throws StudyException with all that is wrong with all of them
     */
    public static List<EvaluationInput> openAll(List<Path> paths) throws IOException {
        List<EvaluationInput> opened = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        for (Path path : paths) {
            try {
                opened.add(open(path));
            } catch (StudyException e) {
                problems.addAll(e.problems());
            }
        }
        if (!problems.isEmpty()) {
            for (EvaluationInput input : opened) {
                input.close();
            }
            throw new StudyException(problems);
        }
        return List.copyOf(opened);
    }

    @Override
    public void close() throws IOException {
        if (images.isPresent()) {
            images.get().close();
        }
    }
}
