package org.ditlab.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import org.ditlab.command.StudyReference;
import org.ditlab.study.StudyException;
import org.ditlab.study.spi.UserFiles;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What all verbs on a study share: which study, where its results lie, where its data lies. */
final class StudyOptions {
    @Mixin
    StudyChoice study;

    @Option(
            names = "--data",
            paramLabel = "PATH",
            description = "The data of studies that bring none: a folder or zip of images, or latents.")
    @Nullable
    Path data;

    @Mixin
    InceptionOption inception;

    UserFiles files() {
        return new UserFiles(data, inception.file());
    }

    StudyReference find() {
        if (data != null && !Files.exists(data)) {
            throw new StudyException("--data " + data + ": there is no such file or folder");
        }
        return StudyReference.find(study.study, study.out);
    }
}
