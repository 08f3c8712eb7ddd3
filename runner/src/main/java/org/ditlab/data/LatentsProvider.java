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
        int held = settings.get(DataKnobs.HELD_OUT);
        if (split != Split.TRAIN && held == 0) {
            throw new StudyException(data + ": none of the latents are held out; set data.held-out to measure on some");
        }
        Dataset all = LatentDataset.open(data, settings.get(DataKnobs.SIZE), settings.get(DataKnobs.LATENT_SCALE));
        return held == 0 ? all : DatasetPart.of(all, split, held);
    }

    /** No real fingerprint reads like this one's. */
    @Override
    public Optional<DataSummary> assumed(Settings settings) {
        int size = settings.get(DataKnobs.SIZE);
        return Optional.of(new DataSummary(
                "latents-" + size, "not given: latents-" + size, CHANNELS, size, size, CLASSES, 0, true, false));
    }
}
