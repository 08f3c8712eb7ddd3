package org.ditlab.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.ditlab.knob.Settings;
import org.ditlab.study.spi.DataSummary;
import org.jspecify.annotations.Nullable;

/** Opens a kind of data set; found by {@link java.util.ServiceLoader}. */
public interface DatasetProvider {
    /** The word in {@code data.set}. */
    String name();

    /**
     * Opens a split.
     *
     * @param data where the user's data lies ({@code --data}), or null
     * @throws org.ditlab.study.StudyException when it is missing, unreadable or does not fit, with a remedy
     */
    Dataset open(Settings settings, @Nullable Path data, Split split) throws IOException;

    /**
     * What a study is planned with while the user's data are not at hand; empty where nothing can be said without them. The
     * fingerprint is none that data can have.
     */
    default Optional<DataSummary> assumed(Settings settings) {
        return Optional.empty();
    }
}
