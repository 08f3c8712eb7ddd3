package org.ditlab.cli;

import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** A command line that cannot be read: one message, the nearest words, where help is. Exit code 2. */
final class BadArguments implements IParameterExceptionHandler {
    @Override
    public int handleParseException(ParameterException e, String[] arguments) {
        CommandLine command = e.getCommandLine();
        PrintWriter err = command.getErr();
        err.println("ditlab: " + e.getMessage());
        if (e instanceof UnmatchedArgumentException unmatched) {
            List<String> near = unmatched.getSuggestions();
            if (!near.isEmpty()) {
                err.println("did you mean: " + String.join(", ", near) + "?");
            }
        }
        err.println("see `" + command.getCommandSpec().qualifiedName() + " --help`");
        err.flush();
        return command.getCommandSpec().exitCodeOnInvalidInput();
    }
}
