package org.ditlab.kernel;

import io.github.spencerpark.jupyter.kernel.display.DisplayData;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** The kernel without Jupyter: what it would show is kept. */
public final class RecordingKernel extends JavaKernel {
    /** For a cell to count down that has begun. */
    public static volatile CountDownLatch begun = new CountDownLatch(1);

    private final List<DisplayData> shown = new ArrayList<>();

    public RecordingKernel(Map<String, String> environment) throws CellFailure {
        super(KernelOptions.of(environment));
    }

    @Override
    public void display(DisplayData data) {
        shown.add(data);
    }

    /** What cells have shown by {@code display}. */
    public List<DisplayData> shown() {
        return shown;
    }
}
