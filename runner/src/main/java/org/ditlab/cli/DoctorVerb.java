package org.ditlab.cli;

import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Locale;
import org.ditlab.command.Verb;
import org.ditlab.run.Backends;
import org.ditlab.store.Provenance;
import org.ditlab.tensor.spi.BackendProvider;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code ditlab doctor}: what this machine offers. */
@Command(name = "doctor", description = "Tell what this machine offers.", mixinStandardHelpOptions = true)
public final class DoctorVerb implements Verb {
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        row(out, "ditlab", Provenance.version());
        row(out, "jvm", System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version"));
        row(
                out,
                "os",
                System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                        + System.getProperty("os.arch"));
        row(out, "cpu", Provenance.cpu());
        row(out, "cpu features", CpuFeatures.describe());
        row(out, "cores", String.valueOf(Runtime.getRuntime().availableProcessors()));
        row(out, "memory", memory());
        List<BackendProvider> backends = Backends.installed().all();
        if (backends.isEmpty()) {
            row(out, "backends", "none");
        }
        for (BackendProvider backend : backends) {
            List<String> devices =
                    backend.devices().stream().map(Backends::word).toList();
            row(
                    out,
                    "backend " + backend.name(),
                    devices.isEmpty()
                            ? "does not work here"
                            : String.join(", ", devices) + " (" + backend.build() + ")");
        }
        return 0;
    }

    private static void row(PrintWriter out, String name, String value) {
        out.printf("%-20s %s%n", name, value);
    }

    private static String memory() {
        if (ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system) {
            return String.format(Locale.ROOT, "%.1f GiB", system.getTotalMemorySize() / (double) (1L << 30));
        }
        return "not told by the system";
    }
}
