package org.ditlab.cli;

import java.io.PrintWriter;
import java.util.Collection;
import org.ditlab.study.Spelling;
import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** A command line that cannot be read: one message, the nearest word, where help is. Exit code 2. */
final class BadArguments implements IParameterExceptionHandler {
    @Override
    public int handleParseException(ParameterException e, String[] arguments) {
        CommandLine command = e.getCommandLine();
        PrintWriter err = command.getErr();
        err.println("ditlab: " + message(e, command));
        err.println("see `" + command.getCommandSpec().qualifiedName() + " --help`");
        err.flush();
        return command.getCommandSpec().exitCodeOnInvalidInput();
    }

    private static String message(ParameterException e, CommandLine command) {
        if (!(e instanceof UnmatchedArgumentException unmatched)
                || unmatched.getUnmatched().isEmpty()) {
            return e.getMessage();
        }
        String word = unmatched.getUnmatched().get(0);
        boolean option = word.startsWith("-");
        boolean verb = !option && !command.getSubcommands().isEmpty();
        Collection<String> known = verb
                ? command.getSubcommands().keySet()
                : command.getCommandSpec().optionsMap().keySet();
        String kind = verb ? "verb" : option ? "option" : "further argument expected, found";
        String near = option || verb ? Spelling.remark(word, known) : "";
        String text = option || verb ? "there is no " + kind + " \"" + word + "\"" : "no " + kind + " \"" + word + "\"";
        return near.isEmpty() ? text : text + "; " + near;
    }
}
