package org.ditlab.tensor.reference;

import java.util.List;
import org.ditlab.tensor.Device;
import org.ditlab.tensor.spi.Backend;
import org.ditlab.tensor.spi.BackendProvider;

/** Offers the {@link ReferenceBackend} everywhere, as the last choice. */
public final class ReferenceBackendProvider implements BackendProvider {
    @Override
    public String name() {
        return "reference";
    }

    @Override
    public int rank() {
        return -100;
    }

    @Override
    public List<Device> devices() {
        return List.of(Device.CPU);
    }

    /** Opens the backend; it computes on the calling thread whatever the number of threads. */
    @Override
    public Backend open(Device device, int threads) {
        if (device != Device.CPU) {
            throw new IllegalArgumentException("the reference backend runs on CPU only, not on " + device);
        }
        return new ReferenceBackend();
    }

    @Override
    public String build() {
        return "reference, Java " + Runtime.version();
    }
}
