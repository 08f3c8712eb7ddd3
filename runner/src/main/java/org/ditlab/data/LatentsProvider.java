package org.ditlab.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.ditlab.knob.Settings;
import org.ditlab.study.StudyException;
import org.ditlab.study.spi.DataSummary;
import org.jspecify.annotations.Nullable;

/** {@code latents}: codes of the user's images, see {@link LatentDataset}. */
public final class LatentsProvider implements DatasetProvider {
    /** Those of the autoencoder that DiT and U-DiT use, on ImageNet. */
    private static final int CHANNELS = 4;

    private static final int CLASSES = 1000;

    @Override
    public String name() {
        return "latents";
    }

    @Override
    public Dataset open(Settings settings, @Nullable Path data, Split split) throws IOException {
        if (data == null) {
            throw new StudyException(
                    "data.set is \"latents\" but no data is given: add --data PATH, an .npz or .npy file or a folder"
                            + " of features and labels");
        }
        if (split != Split.TRAIN) {
            throw new StudyException(data + ": of latents none are held out; nothing can be measured on them");
        }
        return LatentDataset.open(data, settings.get(DataKnobs.SIZE), settings.get(DataKnobs.LATENT_SCALE));
    }

    /** No real fingerprint reads like this one's. */
    @Override
    public Optional<DataSummary> assumed(Settings settings) {
        int size = settings.get(DataKnobs.SIZE);
        return Optional.of(new DataSummary(
                "latents-" + size, "not given: latents-" + size, CHANNELS, size, size, CLASSES, 0, true, false));
    }
}
