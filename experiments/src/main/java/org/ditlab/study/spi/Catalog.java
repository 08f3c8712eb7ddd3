package org.ditlab.study.spi;

import java.nio.file.Path;
import java.util.List;
import org.ditlab.knob.Knob;
import org.ditlab.knob.Settings;
import org.jspecify.annotations.Nullable;

/** The recipe knobs and data sets that the rooms above the planner offer; found by {@link java.util.ServiceLoader}. */
public interface Catalog {
    /** All recipe knobs: {@code data.*}, {@code train.*}, {@code sample.*}, {@code measure.*}. */
    List<Knob<?>> knobs();

    /**
     * Looks at the data set that the settings name.
     *
     * @param path where the user's data lies ({@code --data}), or null
     * @throws org.ditlab.study.StudyException when it is missing, unreadable or does not fit, with a remedy
     */
    DataSummary data(Settings settings, @Nullable Path path);

    /**
     * Looks at the feature extractor that the settings name.
     *
     * @param settings of sampling and measuring
     * @throws org.ditlab.study.StudyException when its weights are given but unreadable, with a remedy
     */
    default ExtractorSummary extractor(Settings settings, DataSummary data, UserFiles files) {
        return ExtractorSummary.OWN;
    }
}
