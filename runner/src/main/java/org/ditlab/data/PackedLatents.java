package org.ditlab.data;

import java.io.IOException;
import java.io.InputStream;

/** The latents of an {@code .npz} file, unpacked when it is opened: into memory, or a temporary file where they are many. */
final class PackedLatents implements LatentStore {
    private final LatentForm form;
    private final PixelStore store;

    /** Unpacks a member of a known length; throws {@link BadArrayException} when it holds no latents. */
    PackedLatents(InputStream in, long length) throws IOException {
        form = LatentForm.of(NpyHeader.read(in, length));
        store = new PixelStore(form.count(), form.bytes());
        for (int i = 0; i < form.count(); i++) {
            byte[] latent = in.readNBytes(form.bytes());
            if (latent.length < form.bytes()) {
                throw new BadArrayException("it ends early");
            }
            store.put(i, latent);
        }
    }

    @Override
    public LatentForm form() {
        return form;
    }

    @Override
    public void read(int index, byte[] out) {
        store.get(index, out, 0);
    }
}
