package org.ditlab.data;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** A {@code .npy} file of latents, mapped into memory: nothing of it is read before it is asked for. */
final class MappedLatents implements LatentStore {
    private static final int SLAB = 1 << 30;

    private final LatentForm form;
    private final int perSlab;
    private final ByteBuffer[] slabs;

    /** Maps a file; throws {@link BadArrayException} when it holds no latents. */
    MappedLatents(Path file) throws IOException {
        NpyHeader header;
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            header = NpyHeader.read(in, Files.size(file));
        }
        form = LatentForm.of(header);
        perSlab = SLAB / form.bytes();
        slabs = new ByteBuffer[(int) (((long) form.count() + perSlab - 1) / perSlab)];
        try (FileChannel channel = FileChannel.open(file)) {
            for (int i = 0; i < slabs.length; i++) {
                long first = (long) i * perSlab;
                long count = Math.min(perSlab, form.count() - first);
                slabs[i] = channel.map(
                        FileChannel.MapMode.READ_ONLY, header.length() + first * form.bytes(), count * form.bytes());
            }
        }
    }

    @Override
    public LatentForm form() {
        return form;
    }

    @Override
    public void read(int index, byte[] out) {
        slabs[index / perSlab]
                .duplicate()
                .position(index % perSlab * form.bytes())
                .get(out, 0, form.bytes());
    }
}
