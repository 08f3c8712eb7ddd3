package org.ditlab.cli.benchmark;

import java.io.PrintWriter;
import picocli.CommandLine.Model.CommandSpec;

/** Tells the person waiting what is measured next. */
final class Next {
    private Next() {}

    static void tell(CommandSpec spec, String next) {
        PrintWriter err = spec.commandLine().getErr();
        err.println(next + " ...");
        err.flush();
    }
}
