package org.ditlab.data;

import java.io.IOException;

/** The bytes of many latents, one by one. Reading is safe from several threads. */
interface LatentStore {
    LatentForm form();

    /** Fills {@link LatentForm#bytes} bytes. */
    void read(int index, byte[] out) throws IOException;
}
