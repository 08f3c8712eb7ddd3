package org.ditlab.data;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Large files that a reader sees whole or not at all: written beside their place as {@code NAME.partial}, forced to the disk
 * and renamed. The name is fixed, so that what a killed process leaves is overwritten by the next attempt; each file has one
 * writer.
 */
final class WholeFile {
    private WholeFile() {}

    /** What stands in a file. */
    @FunctionalInterface
    interface Content {
        void write(FileChannel channel) throws IOException;
    }

    /** Replaces the file; when writing fails, the old content stays and nothing is left beside it. */
    static void write(Path path, Content content) throws IOException {
        Path partial = path.resolveSibling(path.getFileName() + ".partial");
        try {
            try (FileChannel channel = FileChannel.open(
                    partial,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.TRUNCATE_EXISTING)) {
                content.write(channel);
                channel.force(true);
            }
            Files.move(partial, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(partial);
        }
    }
}
