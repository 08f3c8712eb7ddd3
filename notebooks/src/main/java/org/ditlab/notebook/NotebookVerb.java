package org.ditlab.notebook;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ditlab.command.Verb;
import org.ditlab.store.StudyDirectory;
import org.ditlab.study.StudyException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ditlab notebook}: installs the kernel for Jupyter and starts it. */
@Command(
        name = "notebook",
        description = "Install the Java kernel for Jupyter and start JupyterLab or Jupyter Notebook.",
        mixinStandardHelpOptions = true)
public final class NotebookVerb implements Verb {
    private static final String MISSING =
            "Jupyter is not on the PATH; install it, for instance by `pip install jupyterlab` "
                    + "or Debian's package jupyter-notebook, and run `ditlab notebook` again";

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--prefix",
            paramLabel = "DIR",
            description =
                    "Install under DIR/share/jupyter, a Python environment's for instance. Default: for this user.")
    private @Nullable Path prefix;

    @Option(names = "--install-only", description = "Start nothing.")
    private boolean installOnly;

    @Option(
            names = "--classpath",
            description =
                    "Install nothing; print the line that makes DiTLab known in a notebook of your own IJava kernel.")
    private boolean classPath;

    @Option(
            names = "--notebooks",
            paramLabel = "DIR",
            description = "The folder that Jupyter opens. Default: DiTLab's own notebooks.")
    private @Nullable Path folder;

    @Parameters(
            paramLabel = "-- OPTIONS",
            description = "What Jupyter itself is told: -- --no-browser --port 9999",
            arity = "0..*")
    private List<String> options = new ArrayList<>();

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        if (classPath) {
            out.println(ClassPathLine.magic(System.getProperty("java.class.path")));
            out.flush();
            return 0;
        }
        Path opened = folder();
        Path data = prefix == null
                ? userData(System.getenv())
                : prefix.resolve("share").resolve("jupyter");
        try {
            out.println(KernelSpec.here().install(data) + ": kernel \"" + KernelSpec.NAME + "\" installed");
        } catch (IOException e) {
            throw new StudyException(data + ": the kernel cannot be installed there (" + StudyDirectory.reason(e)
                    + "); choose a place by --prefix");
        }
        out.println("your own IJava kernel needs one line instead: ditlab notebook --classpath");
        out.flush();
        return installOnly ? 0 : start(opened);
    }

    private int start(Path opened) throws IOException, InterruptedException {
        Optional<Path> jupyter = program("jupyter-lab", System.getenv("PATH"))
                .or(() -> program("jupyter-notebook", System.getenv("PATH")));
        if (jupyter.isEmpty()) {
            throw new StudyException(MISSING);
        }
        List<String> command = new ArrayList<>(List.of(jupyter.get().toString()));
        command.addAll(options);
        Process process = new ProcessBuilder(command)
                .directory(opened.toFile())
                .inheritIO()
                .start();
        return process.waitFor();
    }

    private Path folder() {
        if (folder != null) {
            if (!Files.isDirectory(folder)) {
                throw new StudyException("--notebooks " + folder + ": there is no such folder");
            }
            return folder;
        }
        Path own = Path.of(System.getProperty("ditlab.root", "")).resolve("notebooks");
        return Files.isDirectory(own) ? own : Path.of("").toAbsolutePath();
    }

    /** Where Jupyter looks for a user's kernels. Source: Jupyter's documentation, "Common directories and file locations". */
    static Path userData(Map<String, String> environment) {
        String own = environment.getOrDefault("JUPYTER_DATA_DIR", "");
        if (!own.isBlank()) {
            return Path.of(own);
        }
        Path home = Path.of(System.getProperty("user.home"));
        if (System.getProperty("os.name").startsWith("Mac")) {
            return home.resolve("Library").resolve("Jupyter");
        }
        String share = environment.getOrDefault("XDG_DATA_HOME", "");
        return (share.isBlank() ? home.resolve(".local").resolve("share") : Path.of(share)).resolve("jupyter");
    }

    /** The first of this name on a PATH that can be run. */
    static Optional<Path> program(String name, @Nullable String path) {
        for (String entry : (path == null ? "" : path).split(File.pathSeparator)) {
            Path file = Path.of(entry.isEmpty() ? "." : entry).resolve(name);
            if (Files.isExecutable(file) && Files.isRegularFile(file)) {
                return Optional.of(file);
            }
        }
        return Optional.empty();
    }
}
