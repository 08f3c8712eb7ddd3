package org.ditlab.kernel;

import io.github.spencerpark.jupyter.kernel.display.DisplayData;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What a cell can call without importing anything: the words that IJava has too. */
public final class Display {
    private static volatile @Nullable JavaKernel kernel;

    private Display() {}

    static void attach(@Nullable JavaKernel running) {
        kernel = running;
    }

    /** The kernel that runs the cell. */
    public static JavaKernel getKernelInstance() {
        JavaKernel running = kernel;
        if (running == null) {
            throw new IllegalStateException("no kernel is running; this can be called from a notebook's cell only");
        }
        return running;
    }

    /** A value as the front end will get it. */
    public static DisplayData render(@Nullable Object value) {
        return getKernelInstance().getRenderer().render(value);
    }

    /** A value in these media types: {@code render(chart, "image/png")}. */
    public static DisplayData render(@Nullable Object value, String... types) {
        return getKernelInstance().getRenderer().renderAs(value, types);
    }

    /**
     * Shows a value now, before the cell ends.
     *
     * @return an id for {@link #updateDisplay}
     */
    public static String display(@Nullable Object value) {
        return show(render(value));
    }

    /** Shows a value in these media types. */
    public static String display(@Nullable Object value, String... types) {
        return show(render(value, types));
    }

    private static String show(DisplayData data) {
        if (!data.hasDisplayId()) {
            data.setDisplayId(UUID.randomUUID().toString());
        }
        getKernelInstance().display(data);
        return data.getDisplayId();
    }

    /** Shows something else in the place of what was shown. */
    public static void updateDisplay(String id, @Nullable Object value) {
        getKernelInstance().update(id, render(value));
    }

    /** The same in these media types. */
    public static void updateDisplay(String id, @Nullable Object value, String... types) {
        getKernelInstance().update(id, render(value, types));
    }

    /** A magic as a call. */
    public static void lineMagic(String name, List<String> words) {
        getKernelInstance().magic(name, words);
    }

    /** {@code System.out.printf}. */
    public static void printf(String format, Object... values) {
        System.out.printf(format, values);
    }
}
