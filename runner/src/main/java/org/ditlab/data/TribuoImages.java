package org.ditlab.data;

import java.io.IOException;
import java.util.Iterator;
import org.tribuo.Example;
import org.tribuo.Feature;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.datasource.IDXDataSource;

/**
 * Images by Tribuo's reader of IDX files. It holds all pixels as doubles while it reads and each that is not zero as a named
 * feature afterwards, and believes what heads announce: files are checked before, and those that do not fit are read as a
 * stream by {@link IdxSource}, which gives the same.
 */
final class TribuoImages {
    /** Part of the heap that the doubles may take: one in so many. */
    private static final int HEAP = 4;

    private TribuoImages() {}

    /** Whether its reader can take a file: by its size, and by its name, which is how it tells that a file is packed. */
    static boolean fit(IdxFile images) {
        return images.packed() == images.path().toString().endsWith(".gz")
                && images.unpacked() * Double.BYTES <= Runtime.getRuntime().maxMemory() / HEAP
                && images.unpacked() < Integer.MAX_VALUE - 64;
    }

    static Iterator<RawImage> read(IdxFile images, IdxFile labels) throws IOException {
        images.check();
        labels.check();
        Iterator<Example<Label>> examples =
                new IDXDataSource<>(images.path(), labels.path(), new LabelFactory()).iterator();
        return new Iterator<>() {
            private int number;

            @Override
            public boolean hasNext() {
                return examples.hasNext();
            }

            @Override
            public RawImage next() {
                Example<Label> example = examples.next();
                int label = Integer.parseInt(example.getOutput().getLabel());
                return images.image(number++, label, pixels(example, images.shape()[1] * images.shape()[2]));
            }
        };
    }

    /** Names of features are their positions; those that are missing are zero. */
    private static byte[] pixels(Example<Label> example, int count) {
        byte[] pixels = new byte[count];
        for (Feature feature : example) {
            pixels[Integer.parseInt(feature.getName())] = (byte) (int) feature.getValue();
        }
        return pixels;
    }
}
