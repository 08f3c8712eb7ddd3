package org.ditlab.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.ServiceLoader;
import org.ditlab.command.Verb;
import org.ditlab.store.Provenance;
import picocli.CommandLine;

/** The entry point: finds the verbs, runs one, and ends with its exit code. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        // UTF-8 whatever the locale, so that a table looks the same everywhere.
        System.setOut(utf8(FileDescriptor.out));
        System.setErr(utf8(FileDescriptor.err));
        int code = run(arguments);
        System.out.flush();
        System.err.flush();
        System.exit(code);
    }

    /** Runs a command line in this process; output goes to {@code System.out} and {@code System.err}. */
    static int run(String... arguments) {
        if (arguments.length == 1 && (arguments[0].equals("--version") || arguments[0].equals("-V"))) {
            System.out.println(Version.line());
            return 0;
        }
        CommandLine line = new CommandLine(new Ditlab());
        verbs(arguments).forEach(line::addSubcommand);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setUsageHelpAutoWidth(false);
        line.setUsageHelpWidth(100);
        line.setParameterExceptionHandler(new BadArguments());
        line.setExecutionExceptionHandler(new Failures(arguments));
        return line.execute(arguments);
    }

    /** The verb that is called, where the first word is one; else all: reading the options of twenty takes its time. */
    private static List<Verb> verbs(String... arguments) {
        List<ServiceLoader.Provider<Verb>> all =
                ServiceLoader.load(Verb.class).stream().toList();
        List<ServiceLoader.Provider<Verb>> called = all.stream()
                .filter(verb -> arguments.length > 0 && name(verb.type()).equals(arguments[0]))
                .toList();
        return (called.isEmpty() ? all : called)
                .stream().map(ServiceLoader.Provider::get).toList();
    }

    private static String name(Class<? extends Verb> verb) {
        CommandLine.Command command = verb.getAnnotation(CommandLine.Command.class);
        return command == null ? "" : command.name();
    }

    private static PrintStream utf8(FileDescriptor descriptor) {
        return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
    }

    /** What {@code --version} prints. */
    static final class Version implements CommandLine.IVersionProvider {
        static String line() {
            return "ditlab " + Provenance.version();
        }

        @Override
        public String[] getVersion() {
            return new String[] {line()};
        }
    }
}
