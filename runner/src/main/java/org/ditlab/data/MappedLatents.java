package org.ditlab.data;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** A {@code .npy} file of latents, mapped into memory: nothing of it is read before it is asked for. */
final class MappedLatents implements LatentStore {
    private final LatentForm form;
    private final MappedRecords records;

    /** Maps a file; throws {@link BadArrayException} when it holds no latents. */
    MappedLatents(Path file) throws IOException {
        NpyHeader header;
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            header = NpyHeader.read(in, Files.size(file));
        }
        form = LatentForm.of(header);
        records = new MappedRecords(file, header.length(), form.count(), form.bytes());
    }

    @Override
    public LatentForm form() {
        return form;
    }

    @Override
    public void read(int index, byte[] out) {
        records.read(index, out);
    }
}
