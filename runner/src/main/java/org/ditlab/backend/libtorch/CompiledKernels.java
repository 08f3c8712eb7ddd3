package org.ditlab.backend.libtorch;

import java.io.IOException;
import org.bytedeco.javacpp.Loader;

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
     */
    private record Outcome(boolean loaded, boolean tiles) {
        static final Outcome NONE = new Outcome(false, false);
    }

    private static final class Once {
        static final Outcome OUTCOME = load();
    }

    /** Whether the kernels can be called here; the first call on a machine compiles them, for some seconds. */
    static boolean serve() {
        return Once.OUTCOME.loaded();
    }

    /** Whether those on AMX's tiles can be called too. */
    static boolean tilesServe() {
        return Once.OUTCOME.tiles();
    }

    /** For provenance, without loading anything native: which kernels serve and what compiles them, or why none do. */
    static String build() {
        try {
            return "kernels " + compiler().told();
        } catch (KernelCompiler.Failure e) {
            return "no kernels compiled (" + e.getMessage() + ")";
        } catch (IOException | RuntimeException e) {
            return "no kernels compiled (" + e + ")";
        }
    }

    private static native boolean tiles();

    private static Outcome load() {
        try {
            KernelCompiler compiler = compiler();
            if (!OneDnn.serves()) { // which also loads OpenMP, theirs and ours
                return Outcome.NONE;
            }
            try {
                System.load(compiler.library().toString());
            } catch (UnsatisfiedLinkError damaged) {
                compiler.remove();
                again(compiler);
            }
            return new Outcome(true, tiles());
        } catch (IOException | RuntimeException | LinkageError e) {
            return Outcome.NONE; // slower kernels serve, and build() says why: never a reason to end
        }
    }

    private static void again(KernelCompiler compiler) throws IOException {
        try {
            System.load(compiler.library().toString());
        } catch (UnsatisfiedLinkError e) {
            throw compiler.refuse("the library does not load: " + e.getMessage());
        }
    }

    private static KernelCompiler compiler() throws IOException {
        String said = System.getProperty("ditlab.kernels");
        String wanted = said == null ? System.getenv().getOrDefault("DITLAB_KERNELS", "") : said;
        if (!wanted.isBlank()) {
            throw new KernelCompiler.Failure(
                    wanted.equals("none") ? "switched off" : "DITLAB_KERNELS=" + wanted + ": only none is known");
        }
        if (!System.getProperty("os.name").equals("Linux")) {
            throw new KernelCompiler.Failure("made on Linux only");
        }
        if (!KernelCompiler.fits()) {
            throw new KernelCompiler.Failure("the processor has no AVX-512");
        }
        return new KernelCompiler(Loader.getCacheDir().toPath().resolve("org.ditlab.kernels"), KernelCompiler.usual());
    }
}
