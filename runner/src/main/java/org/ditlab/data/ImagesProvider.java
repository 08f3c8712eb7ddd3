package org.ditlab.data;

import java.io.IOException;
import java.nio.file.Path;
import org.ditlab.knob.Settings;
import org.ditlab.study.StudyException;
import org.jspecify.annotations.Nullable;

/** {@code images}: images of the user's, see {@link ImageFolderDataset}. */
public final class ImagesProvider implements DatasetProvider {
    @Override
    public String name() {
        return "images";
    }

    @Override
    public Dataset open(Settings settings, @Nullable Path data, Split split) throws IOException {
        if (data == null) {
            throw new StudyException("data.set is \"images\" but no data is given: add --data FOLDER_OR_ZIP");
        }
        return ImageFolderDataset.open(
                data, settings.get(DataKnobs.SIZE), split, settings.get(DataKnobs.CORRUPT), DataCache.standard());
    }
}
