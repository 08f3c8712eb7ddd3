package org.ditlab.run.slurm;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.ditlab.run.exec.FrozenCode;
import org.ditlab.run.exec.Launch;
import org.ditlab.run.exec.WorkerCommand;
import org.ditlab.store.RunCommand;

/** The scripts that Slurm runs, written to be read, edited and submitted by hand. */
final class BatchScript {
    private static final String CLASS_PATH = "${class_path}";
    private static final Pattern PART = Pattern.compile("@([a-z]+)@");
    private static final String SIGNAL = "B:USR1@120";

    private final Launch launch;
    private final Directives directives;
    private final FrozenCode code;

    BatchScript(Launch launch, Directives directives, FrozenCode code) {
        this.launch = launch;
        this.directives = directives;
        this.code = code;
    }

    /** What every element of the array does. */
    String job(Submission submission) {
        Map<String, String> own = Map.of(
                Directives.CPUS,
                String.valueOf(launch.resources().threads()),
                Directives.SIGNAL,
                SIGNAL,
                "job-name",
                submission.name(),
                "open-mode",
                "append",
                "output",
                submission.relative() + "/logs/%A_%a.log",
                "requeue",
                "");
        Map<String, String> parts = parts(submission, own, directives.values());
        parts.put("last", String.valueOf(submission.trials().size() - 1));
        parts.put("environment", environment());
        parts.put("worker", words(WorkerCommand.program(launch)));
        return filled("job.sh", parts);
    }

    /** Makes the study's report; waits in the queue for the arrays to end. */
    String report(Submission submission) {
        Map<String, String> own = Map.of(
                "job-name", submission.name() + "-report",
                "output", submission.relative() + "/logs/report-%j.log");
        Map<String, String> parts = parts(submission, own, directives.ofReport());
        parts.put("report", words(List.of(launch.program().get(0), "report", directory())));
        return filled("report.sh", parts);
    }

    private Map<String, String> parts(Submission submission, Map<String, String> own, Map<String, String> users) {
        Map<String, String> parts = new HashMap<>();
        parts.put("study", String.valueOf(Path.of(directory()).getFileName()));
        parts.put("number", submission.directory().getFileName().toString());
        parts.put("directory", RunCommand.quoted(directory()));
        parts.put("relative", submission.relative());
        parts.put("classpath", RunCommand.quoted(code.classPathFile().toString()));
        parts.put("directives", directives(new TreeMap<>(own), users));
        parts.put("setup", setup());
        return parts;
    }

    private static String filled(String name, Map<String, String> parts) {
        try (InputStream in = BatchScript.class.getResourceAsStream(name)) {
            String template = new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
            return PART.matcher(template)
                    .replaceAll(match -> Matcher.quoteReplacement(
                            Objects.requireNonNull(parts.get(match.group(1)), match.group(1))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String directory() {
        return launch.study().toAbsolutePath().normalize().toString();
    }

    private static String directives(Map<String, String> own, Map<String, String> users) {
        List<String> lines = new ArrayList<>();
        own.forEach((name, value) -> {
            if (!users.containsKey(name)) {
                lines.add(directive(name, value));
            }
        });
        if (!users.isEmpty()) {
            lines.add("# As asked for:");
        }
        users.forEach((name, value) -> lines.add(directive(name, value)));
        return String.join("\n", lines);
    }

    private static String directive(String name, String value) {
        boolean plain = !value.contains(" ") || value.startsWith("\"") || value.startsWith("'");
        return "#SBATCH --" + name + (value.isEmpty() ? "" : "=" + (plain ? value : "\"" + value + "\""));
    }

    private String setup() {
        if (directives.setup().isEmpty()) {
            return "";
        }
        return "# From " + directives.source() + ":\n" + String.join("\n", directives.setup()) + "\n\n";
    }

    private String environment() {
        Map<String, String> variables = new TreeMap<>(WorkerCommand.allocator());
        variables.putAll(WorkerCommand.threading(launch.resources().threads()));
        variables.put("GOMP_SPINCOUNT", "5000");
        List<String> lines = new ArrayList<>();
        variables.forEach((name, value) -> lines.add("export " + name + "=" + RunCommand.quoted(value)));
        return String.join("\n", lines);
    }

    /** This JVM with a program, as elements of an array of shell. */
    private static String words(List<String> program) {
        return WorkerCommand.java(program, CLASS_PATH).stream()
                .map(word -> word.equals(CLASS_PATH) ? "\"$class_path\"" : RunCommand.quoted(word))
                .collect(Collectors.joining("\n  "));
    }
}
