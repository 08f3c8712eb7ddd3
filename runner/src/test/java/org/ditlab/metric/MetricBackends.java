package org.ditlab.metric;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.ditlab.backend.libtorch.LibtorchProvider;
import org.ditlab.data.NpyArray;
import org.ditlab.tensor.Device;
import org.ditlab.tensor.random.RandomStream;
import org.ditlab.tensor.random.Streams;
import org.ditlab.tensor.reference.ReferenceBackend;
import org.ditlab.tensor.spi.Backend;

/** Backends that metrics are tested on, and features to test them with. */
final class MetricBackends {
    private MetricBackends() {}

    /** The plain-Java backend, and libtorch where there is one. */
    static List<Backend> all() {
        List<Backend> backends = new ArrayList<>();
        LibtorchProvider libtorch = new LibtorchProvider();
        if (!libtorch.devices().isEmpty()) {
            backends.add(libtorch.open(Device.CPU, 2));
        }
        backends.add(new ReferenceBackend());
        return backends;
    }

    /** Runs a check on each, and closes it. */
    static void each(Consumer<Backend> check) {
        for (Backend backend : all()) {
            try (backend) {
                check.accept(backend);
            }
        }
    }

    /** The fastest. */
    static Backend first() {
        return first(2);
    }

    /** The fastest, with so many threads. */
    static Backend first(int threads) {
        LibtorchProvider libtorch = new LibtorchProvider();
        return libtorch.devices().isEmpty() ? new ReferenceBackend() : libtorch.open(Device.CPU, threads);
    }

    static Moments moments(Backend backend, NpyArray array) {
        return moments(backend, array.floats(), array.shape()[0], array.shape()[1]);
    }

    static Moments moments(Backend backend, float[] rows, int n, int d) {
        Moments moments = new Moments(backend, d);
        moments.add(rows, n);
        return moments;
    }

    /** Independent normal features of different deviations. */
    static float[] random(int n, int d, long seed, float shift) {
        RandomStream stream = new Streams(seed).stream("test");
        float[] rows = new float[n * d];
        stream.normal(0, 0, rows, 0, rows.length);
        for (int i = 0; i < rows.length; i++) {
            rows[i] = rows[i] * (1 + i % d) + shift;
        }
        return rows;
    }
}
