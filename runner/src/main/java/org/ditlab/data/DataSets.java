package org.ditlab.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.TreeMap;
import org.ditlab.knob.Settings;
import org.ditlab.study.StudyException;
import org.ditlab.study.spi.DataSummary;
import org.jspecify.annotations.Nullable;

/** Opens the data set that the {@code data.*} knobs name. */
public final class DataSets {
    private DataSets() {}

    /** The data sets that are installed, by the name that {@code data.set} takes. */
    static List<String> names() {
        return List.copyOf(providers().keySet());
    }

    private static Map<String, DatasetProvider> providers() {
        Map<String, DatasetProvider> providers = new TreeMap<>();
        ServiceLoader.load(DatasetProvider.class).forEach(provider -> providers.put(provider.name(), provider));
        return providers;
    }

    /**
     * Opens a split.
     *
     * @param data where the user's data lies ({@code --data}), or null
     * @throws StudyException when it is missing, unreadable or does not fit, with a remedy
     */
    public static Dataset open(Settings settings, @Nullable Path data, Split split) throws IOException {
        return provider(settings).open(settings, data, split);
    }

    /**
     * Opens a split of images.
     *
     * @throws StudyException as {@link #open} does, and when the samples are no images
     */
    public static ImageDataset images(Settings settings, @Nullable Path data, Split split) throws IOException {
        if (open(settings, data, split) instanceof ImageDataset images) {
            return images;
        }
        throw new StudyException("data.set is \"" + settings.get(DataKnobs.SET)
                + "\", which holds no images; nothing can be measured on it");
    }

    private static DatasetProvider provider(Settings settings) {
        Map<String, DatasetProvider> providers = providers();
        String name = settings.get(DataKnobs.SET);
        DatasetProvider provider = providers.get(name);
        if (provider == null) {
            throw new StudyException(
                    "data.set: there is no data set \"" + name + "\"; known: " + String.join(", ", providers.keySet()));
        }
        return provider;
    }

    /**
     * What the planner needs of a data set; reads all of it, so that a damaged image is found before anything runs. Without
     * the user's data it is what {@link DatasetProvider#assumed} says, where it says something.
     *
     * @throws StudyException as {@link #open} does
     */
    public static DataSummary summary(Settings settings, @Nullable Path data) throws IOException {
        Optional<DataSummary> assumed = data == null ? provider(settings).assumed(settings) : Optional.empty();
        if (assumed.isPresent()) {
            return assumed.get();
        }
        Dataset train = open(settings, data, Split.TRAIN);
        boolean latent = !(train instanceof ImageDataset);
        if (!latent) {
            open(settings, data, Split.TEST);
        }
        if (!latent && train.classNames().size() < 2) {
            throw new StudyException(
                    train.name() + ": there is one class only, but the classifier that measures needs two"
                            + " at least; sort the images into more class folders");
        }
        return new DataSummary(
                train.name(),
                train.fingerprint(),
                train.channels(),
                train.height(),
                train.width(),
                train.classNames().size(),
                train.size(),
                latent,
                true,
                train.notes());
    }
}
