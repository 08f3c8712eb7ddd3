package org.ditlab.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;

/** Pictures in a folder or zip with one folder per class; {@link ImageLayout} has the rules. */
final class PictureSource implements ImageSource {
    private final ImageArchive archive;
    private final ImageLayout layout;

    /** Lists a folder or zip; throws {@link org.ditlab.study.StudyException} when its layout cannot serve. */
    PictureSource(Path path) throws IOException {
        archive = ImageArchive.open(path);
        try {
            layout = ImageLayout.of(path.toString(), archive.files(), archive.folders());
        } catch (RuntimeException e) {
            archive.close();
            throw e;
        }
    }

    private record Picture(ImageArchive archive, ImageLayout.Item item) implements RawImage {
        @Override
        public String name() {
            return item.name();
        }

        @Override
        public String place() {
            return item.file();
        }

        @Override
        public int label() {
            return item.label();
        }

        @Override
        public byte[] bytes() throws IOException {
            return archive.read(item.file());
        }

        @Override
        public byte[] pixels(byte[] stored, int size) throws IOException {
            return ImageDecoder.decode(stored, size);
        }
    }

    @Override
    public String version() {
        return "images-1";
    }

    @Override
    public List<String> classNames() {
        return layout.classNames();
    }

    private List<ImageLayout.Item> items(Split split) {
        return split == Split.TRAIN ? layout.train() : layout.test();
    }

    @Override
    public int count(Split split) {
        return items(split).size();
    }

    @Override
    public Iterator<RawImage> images(Split split) {
        return items(split).stream()
                .map(item -> (RawImage) new Picture(archive, item))
                .iterator();
    }

    @Override
    public void close() throws IOException {
        archive.close();
    }
}
