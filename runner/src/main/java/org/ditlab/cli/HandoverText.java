package org.ditlab.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ServiceLoader;
import org.ditlab.command.Reporter;
import org.ditlab.run.exec.Handover;
import org.ditlab.run.exec.QueueExecutor;
import picocli.CommandLine;

/** Hands trials over to a queue and tells the person what goes on without this process, and how to follow it. */
record HandoverText(CommandLine line, Path study) {
    /** Gives the exit code: 0 all is queued, 1 a part of it, 2 nothing. */
    int handOver(QueueExecutor queue) throws IOException, InterruptedException {
        queue.reportAtTheEnd(ServiceLoader.load(Reporter.class).iterator().hasNext());
        Handover handover = queue.handOver();
        PrintWriter out = line.getOut();
        handover.lines().forEach(out::println);
        if (handover.known() > 0) {
            out.println(handover.known() + (handover.known() == 1 ? " trial is" : " trials are")
                    + " queued or running already");
        }
        if (handover.trials() + handover.known() > 0) {
            follow(out);
        }
        out.flush();
        if (handover.problem().isEmpty()) {
            return 0;
        }
        PrintWriter err = line.getErr();
        err.println("ditlab: " + handover.problem().get());
        err.flush();
        return handover.trials() == 0 ? 2 : 1;
    }

    private void follow(PrintWriter out) {
        out.println();
        out.println("  ditlab status " + study + "    where it stands");
        out.println("  ditlab cancel " + study + "    ends its jobs");
        out.println("  the same `ditlab run` again    submits what failed or was lost");
    }
}
