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
            int equals = argument.indexOf('=');
            options.put(argument.substring(0, equals), argument.substring(equals + 1));
        }
        WorkerSettings settings =
                new WorkerSettings(UserFiles.NONE, Integer.parseInt(options.get("--threads")), null, null);
        System.exit(WorkerSession.run(
                Path.of(options.get("--study-directory")), options.get("--trial"), settings, FakeStages.all()));
    }
}
