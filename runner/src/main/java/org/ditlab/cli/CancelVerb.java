package org.ditlab.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import org.ditlab.command.Verb;
import org.ditlab.run.exec.ExecutorProvider;
import org.ditlab.store.StudyDirectory;
import org.ditlab.store.StudyResults;
import org.ditlab.store.TrialResult;
import org.ditlab.store.WriterLock;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code ditlab cancel STUDY}: ends its jobs in a cluster's queue. */
@Command(
        name = "cancel",
        description = "End the jobs of a study that a cluster has queued or runs; what runs saves its state.",
        mixinStandardHelpOptions = true)
public final class CancelVerb implements Verb {
    @Spec
    private CommandSpec spec;

    @Mixin
    private StudyChoice study;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path directory = study.directory();
        List<String> lines = new ArrayList<>();
        for (ExecutorProvider provider : ServiceLoader.load(ExecutorProvider.class)) {
            lines.addAll(provider.cancel(directory));
        }
        PrintWriter writer = spec.commandLine().getOut();
        if (lines.isEmpty()) {
            lines.add("no job of this study is queued or running");
            for (TrialResult trial : StudyResults.read(directory).trials()) {
                WriterLock.holder(StudyDirectory.open(directory)
                                .trial(trial.hash())
                                .path())
                        .ifPresent(holder -> lines.add("trial " + trial.id() + ": " + holder
                                + " works on it; end its `ditlab run` with Ctrl-C or SIGTERM"));
            }
        }
        lines.forEach(writer::println);
        writer.flush();
        return 0;
    }
}
