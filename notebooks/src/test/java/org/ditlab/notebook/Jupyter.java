package org.ditlab.notebook;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The Jupyter of this machine with the kernel of this build installed in a folder of its own. */
final class Jupyter {
    /** The system's: another Python may come first on the PATH. */
    private static final Path PYTHON = Path.of("/usr/bin/python3");

    private final Path folder;

    private Jupyter(Path folder) {
        this.folder = folder;
    }

    /** Skips the test where there is none. */
    static Jupyter in(Path folder) throws Exception {
        assumeTrue(Files.isExecutable(PYTHON), PYTHON + " is missing");
        Process probe = new ProcessBuilder(PYTHON.toString(), "-c", "import jupyter_client, nbconvert")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assumeTrue(
                probe.waitFor(60, TimeUnit.SECONDS) && probe.exitValue() == 0,
                "Jupyter is missing: Debian's jupyter-client and jupyter-nbconvert");
        KernelSpec.here().install(folder.resolve("jupyter"));
        return new Jupyter(folder);
    }

    /**
     * Runs Python with arguments in the folder.
     *
     * @return what it printed on standard output
     */
    String python(int minutes, List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(PYTHON.toString()));
        command.addAll(arguments);
        File out = folder.resolve("out.txt").toFile();
        File errors = folder.resolve("errors.txt").toFile();
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(out)
                .redirectError(errors);
        builder.environment().put("JUPYTER_PATH", folder.resolve("jupyter").toString());
        Process process = builder.start();
        try {
            if (!process.waitFor(minutes, TimeUnit.MINUTES)) {
                throw new IllegalStateException(
                        "longer than " + minutes + " minutes: " + Files.readString(errors.toPath()));
            }
        } finally {
            process.destroy();
        }
        if (process.exitValue() != 0) {
            throw new IllegalStateException(Files.readString(errors.toPath()));
        }
        return Files.readString(out.toPath());
    }
}
