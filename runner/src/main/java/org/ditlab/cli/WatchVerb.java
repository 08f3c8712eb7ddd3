package org.ditlab.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.BindException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.ditlab.command.StudyReference;
import org.ditlab.command.Verb;
import org.ditlab.run.watch.WatchServer;
import org.ditlab.store.StudyDirectory;
import org.ditlab.study.StudyException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ditlab watch STUDY}: a live page of it. */
@Command(
        name = "watch",
        description = "Show a study in the browser while it runs, before and after; Ctrl-C ends it.",
        mixinStandardHelpOptions = true)
public final class WatchVerb implements Verb {
    private static final int PORT = 8765;
    private static final int LAST_PORT = 65_535;

    @Spec
    private CommandSpec spec;

    @Mixin
    private StudyChoice study;

    @Option(
            names = "--port",
            paramLabel = "N",
            description = "0 for any that is free. Default: " + PORT + ", or a free one where that is taken.")
    private @Nullable Integer port;

    @Option(
            names = "--bind",
            paramLabel = "ADDRESS",
            description = "An address of this machine that others reach; there is no password. Default: this machine "
                    + "only.")
    private @Nullable String bind;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (port != null && (port < 0 || port > LAST_PORT)) {
            throw new StudyException("--port " + port + ": expected a whole number from 0 to " + LAST_PORT);
        }
        InetAddress address = address();
        Path directory = directory();
        try (WatchServer server = start(directory, address)) {
            PrintWriter err = spec.commandLine().getErr();
            if (!address.isLoopbackAddress()) {
                err.println("ditlab: warning: --bind " + bind + ": whoever reaches this address sees the study's names,"
                        + " logs and samples, without a password; `ssh -L` to this machine needs no --bind");
            }
            if (!StudyDirectory.isStudy(directory)) {
                err.println("ditlab: " + directory + " is not there yet; the page waits for `ditlab run`");
            }
            err.flush();
            String host = address.isLoopbackAddress() || address.isAnyLocalAddress() ? "localhost" : bind;
            PrintWriter lines = spec.commandLine().getOut();
            lines.println("http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + server.port() + "/");
            lines.flush();
            // Until the process is told to end.
            new CountDownLatch(1).await();
            return 0;
        }
    }

    private InetAddress address() {
        if (bind == null) {
            return InetAddress.getLoopbackAddress();
        }
        try {
            return InetAddress.getByName(bind);
        } catch (UnknownHostException e) {
            throw new StudyException(
                    "--bind " + bind + ": no such address; give one of this machine, as 0.0.0.0 for all");
        }
    }

    /** Of a study that has been run, or of a file that may be run later. */
    private Path directory() {
        boolean file = study.study.endsWith(".yaml") || study.study.endsWith(".yml") || study.study.endsWith(".java");
        return file ? StudyReference.find(study.study, study.out).directory() : study.directory();
    }

    private WatchServer start(Path directory, InetAddress address) throws IOException {
        try {
            return WatchServer.start(directory, address, port == null ? PORT : port);
        } catch (BindException e) {
            if (port == null) {
                return WatchServer.start(directory, address, 0);
            }
            throw new StudyException("--port " + port + (bind == null ? "" : " --bind " + bind) + ": cannot be served: "
                    + e.getMessage() + "; --port 0 takes a free one");
        }
    }
}
