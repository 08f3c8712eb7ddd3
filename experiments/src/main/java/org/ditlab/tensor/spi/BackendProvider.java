package org.ditlab.tensor.spi;

import java.util.List;
import org.ditlab.tensor.Device;

/** Makes a backend; found by {@link java.util.ServiceLoader}. */
public interface BackendProvider {
    /** The name on the command line and in provenance. */
    String name();

    /** Larger is preferred when several could run. */
    int rank();

    /** The devices that work on this machine, best first; empty when the backend cannot run here. Loads nothing heavy. */
    List<Device> devices();

    /**
     * Opens the backend.
     *
     * @param threads threads of one operation
     */
    Backend open(Device device, int threads);

    /** Version and build of what computes, for provenance. */
    String build();
}
