package org.ditlab.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The right of one process to write a directory (of a stage, of a trial), as a file {@code lock} in it that names the process.
 *
 * <p>A lock whose process is of this host and dead is taken over at once. Across hosts nobody can look the process up:
 * there the holder renews the file's time every few seconds ({@link #HEARTBEAT_SECONDS}), and who has seen it unchanged
 * for {@link #LEASE_SECONDS} by its own clock takes it over ({@link WriterLockQueue}). A holder that lost its lock so
 * learns it from {@link #held} and must not write a result.
 */
public final class WriterLock implements AutoCloseable {
    static final int HEARTBEAT_SECONDS = 10;
    static final int LEASE_SECONDS = 90;
    private static final String FILE = "lock";
    private static final Object TAKE_OVER = new Object();

    private final Path file;
    private final String token;
    private final Thread heartbeat;
    private volatile boolean lost;

    private WriterLock(Path file, String token) {
        this.file = file;
        this.token = token;
        this.heartbeat = new Thread(this::beat, "heartbeat " + file.getParent().getFileName());
        heartbeat.setDaemon(true);
        heartbeat.start();
    }

    /** Takes the lock of a directory unless a living process holds it. */
    public static Optional<WriterLock> tryAcquire(Path directory) throws IOException {
        Path file = directory.resolve(FILE);
        String token = UUID.randomUUID().toString();
        Map<String, Object> claim = new LinkedHashMap<>(ProcessIdentity.self().json());
        claim.put("token", token);
        Path draft = directory.resolve("." + FILE + "." + token + ".tmp");
        try {
            Files.writeString(draft, JsonFile.line(claim) + "\n", StandardOpenOption.CREATE_NEW);
            if (place(draft, file)) {
                return Optional.of(new WriterLock(file, token));
            }
            Optional<Claim> found = Claim.read(file);
            if (found.isPresent() && found.get().dead()) {
                takeAway(file, found.get());
            }
            if (!Files.exists(file) && place(draft, file)) {
                return Optional.of(new WriterLock(file, token));
            }
            return Optional.empty();
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    /** Who holds the lock of a directory, in words for a person; empty when no living process is known to. */
    public static Optional<String> holder(Path directory) {
        try {
            return Claim.read(directory.resolve(FILE))
                    .filter(claim -> !claim.dead() && !claim.lapsed())
                    .map(claim -> "process " + claim.owner.pid() + " on " + claim.owner.host());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Takes away a lock that a process of another host has let lapse. */
    static void takeAwayLapsed(Path directory, Claim claim) throws IOException {
        takeAway(directory.resolve(FILE), claim);
    }

    static Optional<Claim> claim(Path directory) throws IOException {
        return Claim.read(directory.resolve(FILE));
    }

    /** Whether the lock is still this object's. */
    public boolean held() {
        try {
            return Claim.read(file).filter(claim -> claim.token.equals(token)).isPresent();
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether the heartbeat has found another's lock in this one's place; costs nothing to ask. */
    public boolean lost() {
        return lost;
    }

    @Override
    public void close() throws IOException {
        heartbeat.interrupt();
        if (held()) {
            Files.deleteIfExists(file);
        }
    }

    private void beat() {
        try {
            while (!lost) {
                Thread.sleep(HEARTBEAT_SECONDS * 1000L);
                lost = !alive();
            }
        } catch (InterruptedException e) {
            // Closed: there is nothing left to keep alive.
            return;
        }
    }

    /** Renews the lease; false when the lock is another's. A file system that fails for a moment is asked again later. */
    private boolean alive() {
        try {
            if (Claim.read(file).filter(claim -> claim.token.equals(token)).isEmpty()) {
                return false;
            }
            Files.setLastModifiedTime(file, FileTime.fromMillis(System.currentTimeMillis()));
            return true;
        } catch (IOException e) {
            return true;
        }
    }

    /** Atomic also over NFS: a hard link, or exclusive creation where the file system has no links. */
    private static boolean place(Path draft, Path file) throws IOException {
        try {
            Files.createLink(file, draft);
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        } catch (UnsupportedOperationException | IOException e) {
            try {
                Files.write(file, Files.readAllBytes(draft), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                return true;
            } catch (FileAlreadyExistsException taken) {
                return false;
            }
        }
    }

    /** Removes exactly the lock that was looked at: two who find the same dead lock must not remove the winner's new one. */
    private static void takeAway(Path file, Claim expected) throws IOException {
        Path guard = file.resolveSibling("." + FILE + ".guard");
        synchronized (TAKE_OVER) {
            try (FileChannel channel = FileChannel.open(guard, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = channel.lock()) {
                Optional<Claim> now = Claim.read(file);
                if (lock.isValid() && now.isPresent() && now.get().token.equals(expected.token)) {
                    Path aside = file.resolveSibling("." + FILE + "." + UUID.randomUUID() + ".dead");
                    Files.move(file, aside, StandardCopyOption.ATOMIC_MOVE);
                    Files.delete(aside);
                }
            }
        }
    }

    /** What a lock file says. */
    record Claim(ProcessIdentity owner, String token, FileTime renewed) {
        static Optional<Claim> read(Path file) throws IOException {
            try {
                FileTime renewed = Files.getLastModifiedTime(file);
                @Nullable String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
                // A file system without links shows a lock before its content: the owner is then not known yet.
                Map<String, Object> json = text.endsWith("\n") ? JsonFile.parse(text, file.toString()) : Map.of();
                return Optional.of(
                        new Claim(ProcessIdentity.from(json), String.valueOf(json.getOrDefault("token", "")), renewed));
            } catch (NoSuchFileException e) {
                return Optional.empty();
            }
        }

        /** Known to be dead: its process table can be looked at. */
        boolean dead() {
            return local() && !owner.alive();
        }

        /** Whether the owner's process table can be looked at. */
        boolean local() {
            return owner.sharesTableWith(ProcessIdentity.self());
        }

        /** By this host's clock, which need not agree with the owner's: good enough to tell a person, not to take over. */
        boolean lapsed() {
            return !local() && System.currentTimeMillis() - renewed.toMillis() > 2000L * LEASE_SECONDS;
        }
    }
}
