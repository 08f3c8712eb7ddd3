package org.ditlab.run;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.ditlab.run.estimate.Engine;
import org.ditlab.tensor.Device;
import org.ditlab.tensor.spi.Backend;
import org.jspecify.annotations.Nullable;

/** The backend of a worker, opened when a stage first asks for it, so that finished stages load no native code. */
final class LazyBackend implements AutoCloseable {
    private final Backends backends;
    private final WorkerSettings settings;
    private @Nullable Backend backend;
    private @Nullable BackendChoice choice;

    LazyBackend(Backends backends, WorkerSettings settings) {
        this.backends = backends;
        this.settings = settings;
    }

    Backend get() {
        if (backend == null) {
            choice = backends.choose(settings.backend(), settings.device());
            backend = choice.open(settings.threads());
        }
        return backend;
    }

    /** What computes; empty while nothing is open. */
    Optional<Engine> engine() {
        return Optional.ofNullable(choice).map(chosen -> Engine.here(chosen, settings.threads()));
    }

    /** Whether what was thrown says that memory did not suffice; false while nothing is open. */
    boolean outOfMemory(Throwable thrown) {
        return backend != null && backend.outOfMemory(thrown);
    }

    /** For provenance: name, device and build; empty while nothing is open. */
    Map<String, Object> facts() {
        Map<String, Object> facts = new LinkedHashMap<>();
        if (choice != null) {
            facts.put("backend", choice.provider().name());
            facts.put("device", Backends.word(choice.device()));
            facts.put("backend_build", choice.provider().build());
            if (choice.device() == Device.CUDA) {
                facts.put("gpu", Engine.gpu());
            }
        }
        return facts;
    }

    @Override
    public void close() {
        if (backend != null) {
            backend.close();
        }
    }
}
