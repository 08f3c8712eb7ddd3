package org.ditlab.run.slurm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.ditlab.store.StudyDirectory;
import org.ditlab.study.StudyException;

/**
 * What the user asks of the cluster: lines {@code #SBATCH --name=value} of the batch script, and commands that make a node
 * ready. They come from a file that looks like the head of a batch script ({@code slurm.sh}, or what {@code DITLAB_SLURM}
 * names) and from {@code --slurm}, which wins.
 *
 * @param values by name, without dashes; empty for a directive without a value
 * @param setup lines of shell, as they stand in the file
 * @param source the file, or empty
 */
record Directives(Map<String, String> values, List<String> setup, String source) {
    /** The file's name where nothing else is said. */
    static final String FILE = "slurm.sh";

    /** The variable that names another file. */
    static final String VARIABLE = "DITLAB_SLURM";

    static final String CPUS = "cpus-per-task";
    static final String SIGNAL = "signal";
    private static final String MARK = "#SBATCH";
    private static final String SIGNAL_VALUE = "B:USR1@[0-9]{1,6}";

    /** What the script itself decides. */
    private static final Set<String> OURS = Set.of(
            "array",
            "output",
            "error",
            "job-name",
            "open-mode",
            "requeue",
            "no-requeue",
            "dependency",
            "parsable",
            "wait",
            "wrap",
            "chdir",
            "test-only",
            "ntasks",
            "nodes");

    /** What the report's job, which needs no device and little memory, shares with the trials' jobs. */
    private static final Set<String> OF_REPORT =
            Set.of("account", "partition", "qos", "reservation", "clusters", "constraint", "time");

    /**
     * Reads the file, if there is one, and the command line.
     *
     * @param directory where {@value #FILE} may lie
     * @param environment may name another file
     * @throws StudyException with all that is wrong
     */
    static Directives read(List<String> commandLine, Path directory, Map<String, String> environment) {
        List<String> problems = new ArrayList<>();
        Map<String, String> values = new LinkedHashMap<>();
        List<String> setup = new ArrayList<>();
        String named = environment.get(VARIABLE);
        Path file = named == null ? directory.resolve(FILE) : Path.of(named);
        boolean there = Files.isRegularFile(file);
        if (there) {
            readFile(file, values, setup, problems);
        } else if (named != null) {
            problems.add(VARIABLE + "=" + named + ": there is no such file");
        }
        for (String option : commandLine) {
            add(option, "--slurm " + option, values, problems);
        }
        if (!problems.isEmpty()) {
            throw new StudyException(problems);
        }
        return new Directives(Collections.unmodifiableMap(values), List.copyOf(setup), there ? file.toString() : "");
    }

    /** What of these the report's job takes. */
    Map<String, String> ofReport() {
        Map<String, String> some = new LinkedHashMap<>(values);
        some.keySet().retainAll(OF_REPORT);
        return some;
    }

    private static void readFile(Path file, Map<String, String> values, List<String> setup, List<String> problems) {
        try {
            List<String> lines = Files.readAllLines(file);
            for (int i = 0; i < lines.size(); i++) {
                String line = lines.get(i).strip();
                if (line.startsWith(MARK)) {
                    String option = line.substring(MARK.length())
                            .replaceFirst("\\s#.*", "")
                            .strip();
                    add(option, file + ":" + (i + 1) + "  " + option, values, problems);
                } else if (!line.startsWith("#!")) {
                    setup.add(lines.get(i));
                }
            }
            while (!setup.isEmpty() && setup.get(0).isBlank()) {
                setup.remove(0);
            }
        } catch (IOException e) {
            problems.add(file + ": cannot be read: " + StudyDirectory.reason(e));
        }
    }

    private static void add(String option, String place, Map<String, String> values, List<String> problems) {
        String[] sides = option.replaceFirst("^--", "").split("=", 2);
        String name = sides[0].strip();
        String value = sides.length == 2 ? sides[1].strip() : "";
        if (!name.matches("[a-z][a-z0-9-]+") || value.chars().anyMatch(Character::isISOControl)) {
            problems.add(place + ": expected a long option of sbatch, such as partition=gpu or time=4:00:00");
        } else if (OURS.contains(name)) {
            problems.add(place + ": the batch script decides this itself; leave it out");
        } else if (name.equals(CPUS) && !value.matches("[1-9][0-9]{0,5}")) {
            problems.add(place + ": expected a whole number from 1");
        } else if (name.equals(SIGNAL) && !value.matches(SIGNAL_VALUE)) {
            problems.add(place + ": expected B:USR1@SECONDS, the signal at which a worker saves its state");
        } else {
            values.put(name, value);
        }
    }
}
