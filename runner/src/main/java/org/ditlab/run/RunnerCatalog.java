package org.ditlab.run;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.ditlab.data.DataKnobs;
import org.ditlab.data.DataSets;
import org.ditlab.diffusion.DiffusionKnobs;
import org.ditlab.diffusion.sampler.SampleKnobs;
import org.ditlab.knob.Knob;
import org.ditlab.knob.Settings;
import org.ditlab.metric.evaluation.MeasureKnobs;
import org.ditlab.metric.inception.InceptionWeights;
import org.ditlab.store.StudyDirectory;
import org.ditlab.study.StudyException;
import org.ditlab.study.spi.Catalog;
import org.ditlab.study.spi.DataSummary;
import org.ditlab.study.spi.ExtractorSummary;
import org.ditlab.study.spi.UserFiles;
import org.ditlab.train.TrainKnobs;
import org.jspecify.annotations.Nullable;

/** What this module offers to the planner: the recipe's knobs, and a look at data sets. */
public final class RunnerCatalog implements Catalog {
    /** Of weight files that were read for this plan. */
    private final Map<Path, String> hashes = new HashMap<>();

    @Override
    public List<Knob<?>> knobs() {
        List<Knob<?>> knobs = new ArrayList<>();
        knobs.addAll(DataKnobs.all());
        knobs.addAll(TrainKnobs.all());
        knobs.addAll(DiffusionKnobs.all());
        knobs.addAll(SampleKnobs.all());
        knobs.addAll(MeasureKnobs.all());
        return knobs;
    }

    @Override
    public DataSummary data(Settings settings, @Nullable Path path) {
        try {
            return DataSets.summary(settings, path);
        } catch (IOException e) {
            throw new StudyException("--data " + path + ": cannot be read: " + StudyDirectory.reason(e));
        }
    }

    @Override
    public ExtractorSummary extractor(Settings settings, DataSummary data, UserFiles files) {
        Set<String> problems = new LinkedHashSet<>();
        for (Knob<Integer> count : List.of(SampleKnobs.COUNT, SampleKnobs.SNAPSHOT_COUNT)) {
            if (settings.get(count) > 0) {
                problems.addAll(MeasureKnobs.problems(settings, count.name(), settings.get(count), data.count()));
            }
        }
        if (!problems.isEmpty()) {
            throw new StudyException(List.copyOf(problems));
        }
        if (!MeasureKnobs.inception(settings)) {
            return ExtractorSummary.OWN;
        }
        Path weights = files.inception();
        if (weights == null) {
            return new ExtractorSummary("weights missing", InceptionWeights.missing());
        }
        try {
            if (!hashes.containsKey(weights)) {
                hashes.put(weights, InceptionWeights.read(weights).hash());
            }
            String preprocessing = MeasureKnobs.suite(settings).preprocessing().word();
            return new ExtractorSummary(hashes.get(weights) + " " + preprocessing, null);
        } catch (IOException e) {
            throw new StudyException("--inception " + weights + ": cannot be read: " + StudyDirectory.reason(e));
        }
    }
}
