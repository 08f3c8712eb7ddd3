package org.ditlab.kernel;

import io.github.spencerpark.jupyter.kernel.KernelConnectionProperties;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;

/** What Jupyter starts: {@code java -cp ... org.ditlab.kernel.KernelMain connection-file}. */
public final class KernelMain {
    private KernelMain() {}

    public static void main(String[] arguments) throws IOException, GeneralSecurityException {
        if (arguments.length != 1) {
            System.err.println("expected the path of a connection file; Jupyter starts kernels, see `ditlab notebook`");
            System.exit(2);
        }
        quiet();
        followParent(System.getenv());
        KernelConnectionProperties properties =
                KernelConnectionProperties.parse(Files.readString(Path.of(arguments[0])));
        try (JavaKernel kernel = new JavaKernel(KernelOptions.of(System.getenv())) {
            @Override
            public void onShutdown(boolean restarting) {
                endSoon();
            }
        }) {
            new KernelConnection(properties, kernel).serve();
        } catch (CellFailure failure) {
            System.err.println("the startup script failed:");
            failure.lines().forEach(System.err::println);
            System.exit(1);
        }
        System.exit(0);
    }

    /** The library logs every message it handles. */
    private static void quiet() {
        LogManager.getLogManager().reset();
        Logger.getLogger("").setLevel(Level.WARNING);
    }

    /** A cell that is running does not hold the process up. */
    private static void endSoon() {
        Thread end = new Thread(
                () -> {
                    try {
                        Thread.sleep(2000);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    Runtime.getRuntime().halt(0);
                },
                "end");
        end.setDaemon(true);
        end.start();
    }

    /** Ends with the process that Jupyter says started this one, however that ended. */
    private static void followParent(Map<String, String> environment) {
        String parent = environment.getOrDefault("JPY_PARENT_PID", "");
        boolean windows = System.getProperty("os.name").startsWith("Windows");
        // On Windows it is a handle; 1 is the parent of everything.
        if (windows || !parent.matches("\\d{1,18}") || parent.equals("1")) {
            return;
        }
        ProcessHandle.of(Long.parseLong(parent))
                .ifPresentOrElse(
                        process -> process.onExit()
                                .thenRun(() -> Runtime.getRuntime().halt(1)),
                        () -> Runtime.getRuntime().halt(1));
    }
}
