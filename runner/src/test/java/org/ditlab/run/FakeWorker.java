package org.ditlab.run;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.ditlab.study.spi.UserFiles;

/** A worker process whose stages are {@link FakeStages}; takes the options of the real one. */
final class FakeWorker {
    private FakeWorker() {}

    public static void main(String[] arguments) {
        Map<String, String> options = new TreeMap<>();
        for (String argument : arguments) {
            String[] sides = argument.split("=", 2);
            options.put(sides[0], sides.length == 2 ? sides[1] : "");
        }
        Path study = Path.of(options.get("--study-directory"));
        String trial = options.get("--trial");
        if (options.containsKey("--ended")) {
            System.exit(WorkerSession.ended(
                    study, trial, Integer.parseInt(options.get("--ended")), options.containsKey("--out-of-memory")));
        }
        WorkerSettings settings =
                new WorkerSettings(UserFiles.NONE, Integer.parseInt(options.get("--threads")), null, null);
        System.exit(
                options.containsKey("--detached")
                        ? WorkerSession.detached(
                                study, trial, Path.of(options.get("--trial-file")), settings, FakeStages.all())
                        : WorkerSession.run(study, trial, settings, FakeStages.all()));
    }
}
