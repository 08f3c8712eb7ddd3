package org.ditlab.metric;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.ditlab.backend.libtorch.LibtorchProvider;
import org.ditlab.tensor.Device;
import org.ditlab.tensor.reference.ReferenceBackendProvider;
import org.ditlab.tensor.spi.Backend;
import org.ditlab.tensor.spi.BackendProvider;

/** The backends that the metrics' numbers are to be the same on: libtorch where it runs, and the reference. */
final class ComputingBackends {
    private ComputingBackends() {}

    /** Runs a check on each, with two threads. */
    static void each(Consumer<Backend> check) {
        for (BackendProvider provider : providers()) {
            try (Backend backend = provider.open(Device.CPU, 2)) {
                check.accept(backend);
            }
        }
    }

    /** The fastest there is. */
    static Backend first(int threads) {
        return providers().get(0).open(Device.CPU, threads);
    }

    private static List<BackendProvider> providers() {
        List<BackendProvider> providers = new ArrayList<>();
        BackendProvider libtorch = new LibtorchProvider();
        if (!libtorch.devices().isEmpty()) {
            providers.add(libtorch);
        }
        providers.add(new ReferenceBackendProvider());
        return providers;
    }
}
