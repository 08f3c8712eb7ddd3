package org.ditlab.kernel;

import io.github.spencerpark.jupyter.kernel.BaseKernel;
import io.github.spencerpark.jupyter.kernel.LanguageInfo;
import io.github.spencerpark.jupyter.kernel.ReplacementOptions;
import io.github.spencerpark.jupyter.kernel.display.DisplayData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The kernel: cells by {@link JavaSession}, magics, and what a front end asks while a cell is being written. */
public class JavaKernel extends BaseKernel implements AutoCloseable {
    /** How long a cell has to answer an interrupt: a run saves its state meanwhile. */
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    /** What a cell sees without importing it, as with IJava. */
    private static final String IMPORTS = Stream.of(
                    "java.io.*",
                    "java.math.*",
                    "java.net.*",
                    "java.nio.file.*",
                    "java.util.*",
                    "java.util.concurrent.*",
                    "java.util.function.*",
                    "java.util.regex.*",
                    "java.util.stream.*",
                    "static " + Display.class.getName() + ".*")
            .map(name -> "import " + name + ";\n")
            .reduce("", String::concat);

    private final JavaSession session;
    private final CodeAssistance assistance;
    private final Magics magics = new Magics();
    private volatile @Nullable CellFailure failure;

    /** @throws CellFailure when a startup script fails */
    public JavaKernel(KernelOptions options) throws CellFailure {
        this.session = new JavaSession(options.compilerOptions(), options.limit(), PATIENCE);
        this.assistance = new CodeAssistance(session.analysis());
        magics.add("jars", words -> addAll("%jars", words));
        magics.add("classpath", words -> addAll("%classpath", words));
        magics.add("maven", this::maven);
        magics.add("addMavenDependency", this::maven);
        magics.add("addMavenDependencies", this::maven);
        magics.add("load", this::load);
        Display.attach(this);
        PathPatterns.all(options.classPath()).forEach(path -> session.addToClassPath(path.toString()));
        session.evaluate(IMPORTS, 0);
        for (Path script : PathPatterns.all(options.scripts())) {
            evaluateScript(script);
        }
        session.evaluate(magics.toJava(options.script()), 0);
    }

    /**
     * Runs a cell.
     *
     * @return what the front end shows of its value; null where it has none
     */
    @Override
    public @Nullable DisplayData eval(String cell) throws CellFailure {
        failure = null;
        try {
            Object value = session.evaluate(magics.toJava(cell), cell());
            return value == null ? null : shown(value);
        } catch (CellFailure thrown) {
            failure = thrown;
        } catch (Exception | Error e) {
            // The library's thread would die of an Error, and the kernel with it.
            failure = FailureText.message(e.getClass().getSimpleName(), String.valueOf(e.getMessage()));
        }
        throw failure;
    }

    /** The number of the cell that runs, or of the last one. */
    int cell() {
        return Math.max(1, executionCount.get() - 1);
    }

    /** Why the last cell failed; null where it did not. */
    @Nullable
    CellFailure failure() {
        return failure;
    }

    private DisplayData shown(Object value) {
        return value instanceof DisplayData data ? data : renderer.render(value);
    }

    /** Puts something else in the place of what was shown under an id. */
    public void update(String id, DisplayData data) {
        getIO().display.updateDisplay(id, data);
    }

    void magic(String name, List<String> words) {
        magics.run(name, words);
    }

    private void addAll(String magic, List<String> words) {
        if (words.isEmpty()) {
            throw new IllegalArgumentException(magic + ": expected paths of jars or folders");
        }
        for (String word : words) {
            List<Path> paths = PathPatterns.one(word);
            if (paths.isEmpty() || paths.stream().anyMatch(path -> !Files.exists(path))) {
                throw new IllegalArgumentException(magic + " " + word + ": there is no such file or folder");
            }
            paths.forEach(path -> session.addToClassPath(path.toString()));
        }
    }

    private void maven(List<String> words) {
        new MavenClassPath("mvn").resolve(words).forEach(path -> session.addToClassPath(path.toString()));
    }

    private void load(List<String> words) {
        for (String word : words) {
            for (Path script : PathPatterns.one(word)) {
                try {
                    evaluateScript(script);
                } catch (CellFailure e) {
                    throw new IllegalArgumentException(String.join("\n", e.lines()));
                }
            }
        }
    }

    private void evaluateScript(Path script) throws CellFailure {
        try {
            session.evaluate(magics.toJava(Files.readString(script)), 0);
        } catch (IOException e) {
            throw FailureText.message("IOException", script + ": cannot be read");
        }
    }

    @Override
    public @Nullable DisplayData inspect(String cell, int cursor, boolean detail) {
        return assistance.inspect(cell, cursor);
    }

    @Override
    public ReplacementOptions complete(String cell, int cursor) {
        return assistance.complete(cell, cursor);
    }

    @Override
    public String isComplete(String cell) {
        try {
            return assistance.completeness(magics.toJava(cell));
        } catch (CellFailure e) {
            return IS_COMPLETE_BAD;
        }
    }

    @Override
    public void interrupt() {
        session.interrupt();
    }

    @Override
    public LanguageInfo getLanguageInfo() {
        return new LanguageInfo.Builder("Java")
                .version(Runtime.version().toString())
                .mimetype("text/x-java-source")
                .fileExtension(".jshell")
                .pygments("java")
                .codemirror("java")
                .build();
    }

    @Override
    public String getBanner() {
        return "Java " + Runtime.version() + " :: DiTLab";
    }

    @Override
    public List<String> formatError(Exception e) {
        return e instanceof CellFailure failure ? failure.lines() : List.of(String.valueOf(e));
    }

    @Override
    public void close() {
        Display.attach(null);
        session.close();
    }
}
