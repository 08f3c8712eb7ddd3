package org.ditlab.store.index;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.ditlab.data.DataCache;

/**
 * Where the index of a study lies: in its directory, else (it cannot be written, or hosts share it over a network, which
 * SQLite does not survive) in the cache directory, else in a directory for this process alone.
 *
 * @param file the SQLite file
 * @param passing whether it goes with this process
 */
record IndexPlace(Path file, boolean passing) {
    static final String NAME = ".index.sqlite";
    /** Types of file systems that several hosts may write at once, as the operating system names them. */
    private static final List<String> SHARED = List.of(
            "nfs", "cifs", "smb", "lustre", "beegfs", "gpfs", "ceph", "afs", "9p", "glusterfs", "panfs", "ocfs2");

    static IndexPlace of(Path study) throws IOException {
        return of(study, DataCache.standard().directory(), shared(study));
    }

    static IndexPlace of(Path study, Optional<Path> cache, boolean shared) throws IOException {
        Path beside = study.resolve(NAME);
        if (!shared && writable(beside)) {
            return new IndexPlace(beside, false);
        }
        if (cache.isPresent()) {
            Path file = cache.get().resolve("index").resolve(name(study));
            try {
                Files.createDirectories(file.getParent());
            } catch (IOException e) {
                return forThisProcess();
            }
            if (writable(file)) {
                return new IndexPlace(file, false);
            }
        }
        return forThisProcess();
    }

    /** For this process alone; only its user may enter. */
    static IndexPlace forThisProcess() throws IOException {
        return new IndexPlace(Files.createTempDirectory("ditlab-index-").resolve("index.sqlite"), true);
    }

    /** Held while the index is built. */
    Path lock() {
        String name = file.getFileName().toString();
        return file.resolveSibling(name.substring(0, name.length() - ".sqlite".length()) + ".lock");
    }

    /** All files that SQLite makes. */
    List<Path> files() {
        String name = file.getFileName().toString();
        return List.of(file, file.resolveSibling(name + "-wal"), file.resolveSibling(name + "-shm"));
    }

    /** Takes the index away; whatever stands in its place is deleted as itself, never through a link. */
    void delete() throws IOException {
        for (Path one : files()) {
            Files.deleteIfExists(one);
        }
    }

    /** Takes away what goes with this process. */
    void leave() throws IOException {
        if (passing) {
            delete();
            Files.deleteIfExists(lock());
            Files.deleteIfExists(file.getParent());
        }
    }

    /**
     * Only known by trying: permissions, read-only mounts, and who may do what on a network differ. Tried on another file than
     * the lock's: closing that would give back the lock that another thread of this process holds.
     */
    private static boolean writable(Path index) {
        if (Files.isDirectory(index, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        if (Files.exists(index) && !Files.isWritable(index)) {
            return false;
        }
        Path lock = new IndexPlace(index, false).lock();
        boolean usable = Files.notExists(lock, LinkOption.NOFOLLOW_LINKS)
                || Files.isRegularFile(lock, LinkOption.NOFOLLOW_LINKS) && Files.isWritable(lock);
        try {
            Files.delete(Files.createTempFile(index.toAbsolutePath().getParent(), ".writable", ".tmp"));
            return usable;
        } catch (IOException e) {
            return false;
        }
    }

    static FileChannel openLock(Path lock) throws IOException {
        return FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
    }

    private static boolean shared(Path study) {
        try {
            String type = Files.getFileStore(study).type().toLowerCase(Locale.ROOT);
            return SHARED.stream().anyMatch(type::contains);
        } catch (IOException e) {
            return false;
        }
    }

    /** One name per host and directory: a home directory may itself be shared by hosts. */
    private static String name(Path study) throws IOException {
        Path real = study.toRealPath();
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest((host() + ":" + real).getBytes(StandardCharsets.UTF_8));
            String word =
                    real.getFileName() == null ? "study" : real.getFileName().toString();
            return word + "-" + HexFormat.of().formatHex(digest, 0, 8) + ".sqlite";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }
}
