package org.ditlab.data;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** The images of a data set's split, as an evaluator reads them. */
public final class DatasetImages implements ImageSet {
    private final ImageDataset data;

    /** Images of three channels. */
    public DatasetImages(ImageDataset data) {
        if (data.channels() != 3) {
            throw new IllegalArgumentException(
                    data.name() + " has " + data.channels() + " channels, not red, green, blue");
        }
        this.data = data;
    }

    @Override
    public String name() {
        return data.name();
    }

    @Override
    public int count() {
        return data.size();
    }

    @Override
    public int height() {
        return data.height();
    }

    @Override
    public int width() {
        return data.width();
    }

    @Override
    public void read(int from, int count, byte[] out) {
        int length = 3 * data.height() * data.width();
        for (int i = 0; i < count; i++) {
            data.read(from + i, out, i * length);
        }
    }

    @Override
    public Optional<List<String>> labels() {
        return Optional.of(IntStream.range(0, data.size())
                .mapToObj(i -> data.classNames().get(data.label(i)))
                .toList());
    }

    @Override
    public String fingerprint() {
        return data.fingerprint();
    }

    @Override
    public void close() {}
}
