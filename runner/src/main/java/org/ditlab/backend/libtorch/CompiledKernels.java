package org.ditlab.backend.libtorch;

import java.io.IOException;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;

/**
 * Whether kernels of our own serve: C++ (runner/src/main/cpp), compiled once on a machine for its processor and kept beside
 * the libraries that the presets unpack. Where there is no compiler, the processor lacks AVX-512 or
 * {@code DITLAB_KERNELS=none} is set, oneDNN's primitives compute the same in more passes over memory; results then differ by
 * rounding.
 */
final class CompiledKernels {
    private CompiledKernels() {}

    /**
     * What came of it.
     *
     * @param loaded whether kernels are there to call
     * @param tiles whether those that need AMX are
     * @param told in words: what they were made by, or why there are none
     */
    private record Outcome(boolean loaded, boolean tiles, String told) {}

    private static final class Once {
        static final Outcome OUTCOME = load();
    }

    /** Text that ends with a zero byte. */
    private static final class Text extends BytePointer {
        Text(long at) {
            super((Pointer) null);
            address = at;
        }
    }

    /** Whether the kernels can be called here; the first call on a machine compiles them, for some seconds. */
    static boolean serve() {
        return Once.OUTCOME.loaded();
    }

    /** Whether those on AMX's tiles can be called too. */
    static boolean tilesServe() {
        return Once.OUTCOME.tiles();
    }

    /** For provenance: what they were compiled by, or why there are none. */
    static String build() {
        return Once.OUTCOME.told();
    }

    private static native boolean tiles();

    private static native long compiler();

    private static Outcome load() {
        if ("none".equals(setting())) {
            return none("switched off");
        }
        if (!OneDnn.serves()) { // which also loads OpenMP, theirs and ours
            return none("the processor has no AVX-512");
        }
        if (!System.getProperty("os.name").equals("Linux")) {
            return none("made on Linux only");
        }
        try {
            KernelCompiler compiler = new KernelCompiler(
                    Loader.getCacheDir().toPath().resolve("org.ditlab.kernels"), KernelCompiler.usual());
            System.load(compiler.library().toString());
            boolean tiles = tiles();
            String by = new Text(compiler()).getString();
            return new Outcome(true, tiles, "kernels compiled by " + by + (tiles ? " with AMX" : ""));
        } catch (KernelCompiler.Failure e) {
            return none(e.getMessage());
        } catch (IOException | RuntimeException | LinkageError e) { // slower kernels serve: never a reason to end
            return none(e.toString());
        }
    }

    private static Outcome none(String why) {
        return new Outcome(false, false, "no kernels compiled (" + why + ")");
    }

    private static String setting() {
        String said = System.getProperty("ditlab.kernels");
        return said == null ? System.getenv().getOrDefault("DITLAB_KERNELS", "") : said;
    }
}
