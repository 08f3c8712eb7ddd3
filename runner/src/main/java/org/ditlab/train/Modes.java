package org.ditlab.train;

import java.util.List;
import org.ditlab.knob.Settings;
import org.ditlab.tensor.spi.Backend;

/** The modes of the backend that a recipe asks for, until closed. */
public final class Modes implements AutoCloseable {
    private final List<Backend.Guard> guards;

    public Modes(Backend backend, Settings settings) {
        guards = List.of(
                backend.compute(settings.get(TrainKnobs.PRECISION).type()),
                backend.channelsLast(settings.get(TrainKnobs.CHANNELS_LAST)),
                backend.deterministic(settings.get(TrainKnobs.DETERMINISTIC)),
                backend.recompute(settings.get(TrainKnobs.GRADIENT_CHECKPOINTING)));
    }

    @Override
    public void close() {
        for (int i = guards.size() - 1; i >= 0; i--) {
            guards.get(i).close();
        }
    }
}
