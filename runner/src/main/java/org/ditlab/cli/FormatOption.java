package org.ditlab.cli;

import picocli.CommandLine.Option;

/** How what a verb prints is written: for a person, or for programs. */
final class FormatOption {
    /** The words of {@code --format}. */
    enum Format {
        TEXT,
        CSV,
        JSON
    }

    @Option(
            names = "--format",
            paramLabel = "text|csv|json",
            defaultValue = "text",
            description = "Default: ${DEFAULT-VALUE}.")
    Format format;
}
