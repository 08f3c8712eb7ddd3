package org.ditlab.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.ditlab.command.Verb;
import org.ditlab.model.inspect.BlockGraph;
import org.ditlab.model.inspect.DotDrawing;
import org.ditlab.model.inspect.ModelStructure;
import org.ditlab.model.inspect.SvgDrawing;
import org.ditlab.store.StudyDirectory;
import org.ditlab.study.StudyException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ditlab draw NAME}: the blocks of a model and what reads what. */
@Command(
        name = "draw",
        description = "Draw a model's blocks as SVG, or as DOT for Graphviz.",
        mixinStandardHelpOptions = true)
public final class DrawVerb implements Verb {
    /** In which language the drawing is written. */
    enum Format {
        SVG,
        DOT
    }

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "NAME", description = ModelReference.NAME)
    private String name;

    @Mixin
    private StructureOptions options;

    @Option(names = "--all", description = "Give blocks that are built alike a box each.")
    private boolean all;

    @Option(
            names = "--format",
            paramLabel = "svg|dot",
            defaultValue = "svg",
            description = "Default: ${DEFAULT-VALUE}.")
    private Format format;

    @Option(names = "--out", paramLabel = "FILE", description = "Where it is written. Default: standard output.")
    private @Nullable Path file;

    @Override
    public Integer call() {
        ModelStructure model = options.structure(name);
        BlockGraph graph = all ? model.graph() : model.graph().collapsed();
        String text = switch (format) {
            case SVG -> new SvgDrawing(model, graph).text();
            case DOT -> new DotDrawing(model, graph).text();
        };
        if (file == null) {
            PrintWriter out = spec.commandLine().getOut();
            out.print(text);
            out.flush();
            return 0;
        }
        try {
            Files.writeString(file, text, StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            throw new StudyException("--out " + file + ": there is no folder "
                    + file.toAbsolutePath().getParent() + "; create it, or name another");
        } catch (IOException e) {
            throw new StudyException("--out " + file + ": cannot be written: " + StudyDirectory.reason(e));
        }
        return 0;
    }
}
