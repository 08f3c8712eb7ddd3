package org.ditlab.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.ditlab.study.StudyException;

/** A folder; symbolic links are followed. */
final class FolderArchive implements ImageArchive {
    private final Path root;
    private final List<String> files = new ArrayList<>();
    private final List<String> folders = new ArrayList<>();

    FolderArchive(Path root) throws IOException {
        this.root = root;
        try (Stream<Path> paths = Files.walk(root, FileVisitOption.FOLLOW_LINKS)) {
            paths.filter(path -> !path.equals(root)).forEach(path -> {
                String name = root.relativize(path).toString().replace('\\', '/');
                (Files.isDirectory(path) ? folders : files).add(name);
            });
        } catch (UncheckedIOException e) {
            throw new StudyException(root + ": cannot be listed: " + e.getCause() + "; check links and permissions");
        }
    }

    @Override
    public List<String> files() {
        return files;
    }

    @Override
    public List<String> folders() {
        return folders;
    }

    @Override
    public InputStream stream(String file) throws IOException {
        Path path = root.resolve(file);
        if (!Files.isRegularFile(path)) {
            throw new IOException("it is no regular file");
        }
        return Files.newInputStream(path);
    }

    @Override
    public byte[] tail(String file, int most) throws IOException {
        try (SeekableByteChannel channel = Files.newByteChannel(root.resolve(file))) {
            channel.position(Math.max(0, channel.size() - most));
            return Channels.newInputStream(channel).readNBytes(most);
        }
    }

    @Override
    public byte[] read(String file) throws IOException {
        try (InputStream in = stream(file)) {
            byte[] bytes = in.readNBytes((int) LARGEST_FILE + 1);
            if (bytes.length > LARGEST_FILE) {
                throw new IOException("it has more than " + (LARGEST_FILE >> 20) + " MiB");
            }
            return bytes;
        }
    }
}
