package org.ditlab.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * What tells without reading them that files are those that were read before: names, sizes, and times of the last change of
 * content and, where the system has it, of anything at all (which no program can set back).
 *
 * @param hash over all of it
 * @param settled whether the newest time lies far enough back: a file changed in the moment it is read may show the same
 *     time afterwards, so that such a stamp must not be relied on
 */
record SourceStamp(String hash, boolean settled) {
    /** The coarsest clock of a file system in use (FAT) counts in two seconds. */
    private static final long SETTLED_MILLIS = 3000;

    /** Looks at a file, or at all files below a folder. */
    static SourceStamp of(Path path) throws IOException {
        long now = System.currentTimeMillis();
        Collector collector = new Collector(path);
        Files.walkFileTree(path, EnumSet.of(FileVisitOption.FOLLOW_LINKS), Integer.MAX_VALUE, collector);
        Fingerprint all = new Fingerprint().add("stamp-1");
        collector.lines.forEach((name, line) -> all.add(name).add(line));
        return new SourceStamp(all.hex(), collector.newest < now - SETTLED_MILLIS);
    }

    /** The same; empty where files cannot be looked at, of which whoever reads them says what is wrong. */
    static Optional<SourceStamp> ifReadable(Path path) {
        try {
            return Optional.of(of(path));
        } catch (IOException | UncheckedIOException e) {
            return Optional.empty();
        }
    }

    /** This and that. */
    SourceStamp and(SourceStamp other) {
        return new SourceStamp(new Fingerprint().add(hash).add(other.hash).hex(), settled && other.settled);
    }

    private static final class Collector extends SimpleFileVisitor<Path> {
        private final Path root;
        private final Map<String, String> lines = new TreeMap<>();
        private long newest = Long.MIN_VALUE;

        Collector(Path root) {
            this.root = root;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            lines.put(root.relativize(folder) + "/", "");
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            FileTime changed = changed(file, attributes.lastModifiedTime());
            newest = Math.max(
                    newest,
                    Math.max(changed.toMillis(), attributes.lastModifiedTime().toMillis()));
            lines.put(
                    root.relativize(file).toString(),
                    attributes.size() + " "
                            + attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS) + " "
                            + changed.to(TimeUnit.NANOSECONDS));
            return FileVisitResult.CONTINUE;
        }

        private static FileTime changed(Path file, FileTime otherwise) {
            try {
                return (FileTime) Files.getAttribute(file, "unix:ctime");
            } catch (UnsupportedOperationException | IllegalArgumentException e) {
                return otherwise;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
