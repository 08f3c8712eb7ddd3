package org.ditlab.cli;

import java.io.PrintWriter;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.ditlab.study.Spelling;
import org.ditlab.study.Text;
import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** A command line that cannot be read: one message, the nearest word, where help is. Exit code 2. */
final class BadArguments implements IParameterExceptionHandler {
    private static final Pattern NUMBER = Pattern.compile("'([^']*)' is not an? (int|long|short|byte|float|double)$");
    private static final Set<String> WHOLE = Set.of("int", "long", "short", "byte");
    private static final Pattern WORD =
            Pattern.compile("expected one of \\[([^]]*)] \\((?:case-[a-z]+)\\) but was '([^']*)'$");

    @Override
    public int handleParseException(ParameterException e, String[] arguments) {
        CommandLine command = e.getCommandLine();
        PrintWriter err = command.getErr();
        err.println("ditlab: " + message(e, command));
        err.println("see `" + command.getCommandSpec().qualifiedName() + " --help`");
        err.flush();
        return command.getCommandSpec().exitCodeOnInvalidInput();
    }

    /** What picocli says of a value that it cannot read, in our words, and the nearest of the words that may stand there. */
    private static String value(String message) {
        Matcher number = NUMBER.matcher(message);
        if (number.find()) {
            String kind = WHOLE.contains(number.group(2)) ? "a whole number" : "a number";
            return number.replaceFirst(
                    Matcher.quoteReplacement("expected " + kind + ", found " + Text.quote(number.group(1))));
        }
        Matcher word = WORD.matcher(message);
        if (word.find()) {
            String found = word.group(2);
            String near = Spelling.remark(found, List.of(word.group(1).split(", ")));
            return word.replaceFirst(Matcher.quoteReplacement(
                    "expected one of " + word.group(1) + ", found " + Text.quote(found) + ModelReference.remark(near)));
        }
        return message;
    }

    private static String message(ParameterException e, CommandLine command) {
        if (!(e instanceof UnmatchedArgumentException unmatched)
                || unmatched.getUnmatched().isEmpty()) {
            return value(String.valueOf(e.getMessage()));
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
