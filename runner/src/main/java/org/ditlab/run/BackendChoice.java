package org.ditlab.run;

import org.ditlab.tensor.Device;
import org.ditlab.tensor.spi.Backend;
import org.ditlab.tensor.spi.BackendProvider;

/** A backend and the device it will use; not opened yet. */
public record BackendChoice(BackendProvider provider, Device device) {
    Backend open(int threads) {
        return provider.open(device, threads);
    }
}
