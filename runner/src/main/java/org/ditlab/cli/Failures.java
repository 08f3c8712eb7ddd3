package org.ditlab.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.ditlab.run.StopSignal;
import org.ditlab.store.StudyDirectory;
import org.ditlab.study.StudyException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** Whatever a verb throws, as messages: bad input as it stands, anything else in one line and the rest in a file. */
final class Failures implements IExecutionExceptionHandler {
    private final boolean verbose;

    Failures(String[] arguments) {
        this.verbose = List.of(arguments).contains(Ditlab.VERBOSE);
    }

    @Override
    public int handleExecutionException(Exception e, CommandLine command, ParseResult parsed) {
        PrintWriter err = command.getErr();
        int code = report(e, err);
        err.flush();
        return code;
    }

    private int report(Exception e, PrintWriter err) {
        if (e instanceof StudyException bad) {
            bad.problems().forEach(problem -> err.println("ditlab: " + problem));
            return 2;
        }
        if (e instanceof InterruptedException) {
            return StopSignal.INTERRUPTED;
        }
        err.println("ditlab: " + describe(e));
        StringWriter trace = new StringWriter();
        e.printStackTrace(new PrintWriter(trace));
        if (verbose) {
            err.print(trace);
            return 1;
        }
        try {
            Path file = Files.createTempFile("ditlab-error-", ".txt");
            Files.writeString(file, trace.toString());
            err.println("ditlab: where it happened stands in " + file + " (or run again with --verbose)");
        } catch (IOException unwritable) {
            err.println("ditlab: run again with --verbose to see where it happened");
        }
        return 1;
    }

    private static String describe(Exception e) {
        if (e instanceof IOException io) {
            return StudyDirectory.reason(io);
        }
        if (e instanceof UncheckedIOException io) {
            return StudyDirectory.reason(io.getCause());
        }
        return "unexpected error: " + e;
    }
}
