package org.ditlab.data;

import java.nio.file.Path;
import org.ditlab.knob.Settings;
import org.jspecify.annotations.Nullable;

/** {@code shapes}: the built-in set. */
public final class ShapesProvider implements DatasetProvider {
    @Override
    public String name() {
        return "shapes";
    }

    @Override
    public Dataset open(Settings settings, @Nullable Path data, Split split) {
        return new ShapesDataset(settings.get(DataKnobs.SIZE), settings.get(DataKnobs.COUNT), split);
    }
}
