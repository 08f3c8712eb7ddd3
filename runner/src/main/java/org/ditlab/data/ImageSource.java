package org.ditlab.data;

import java.io.Closeable;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;

/** Labelled images of both splits as they came: pictures in folders or a zip, or files of records. */
interface ImageSource extends Closeable {
    /** Changes with every change of how what is stored becomes an image; part of the fingerprint. */
    String version();

    List<String> classNames();

    /** Number of images of a split. */
    int count(Split split);

    /**
     * The images of a split in their order, read one after the other.
     *
     * @throws org.ditlab.study.StudyException, here and from the iterator, when a file of many images is damaged as a whole
     */
    Iterator<RawImage> images(Split split) throws IOException;

    @Override
    default void close() throws IOException {}

    /** Opens a source when it is needed: not at all where the cache has its images. */
    @FunctionalInterface
    interface Opener {
        ImageSource open() throws IOException;
    }
}
