package org.ditlab.run.exec;

import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.ditlab.data.DataCache;
import org.jspecify.annotations.Nullable;

/**
 * The classes of the libraries that a worker loads, as the JVM maps them into memory (class data sharing): thousands of them,
 * which would be read and verified anew for every trial. The archive lies in the cache, is made once beside the second trial
 * that a machine ever runs, and can be deleted at any time; our own classes, which change with every build, are not in it.
 */
final class ClassArchive implements AutoCloseable {
    private static final long DAY_MILLIS = 86_400_000;
    /** An archive that nothing used for so long is of libraries that were. */
    private static final long KEPT_MILLIS = 30 * DAY_MILLIS;
    /** What the jars of our own modules are called. */
    private static final String OWN = "ditlab-";

    private final @Nullable Path archive;
    private final String libraries;
    private final Path list;
    private final Path draft;
    private @Nullable String lister;
    private @Nullable Process making;

    /** That of a cache, for this JVM and the libraries of a class path; where there is no cache, none. */
    ClassArchive(DataCache cache, String classPath) {
        List<String> jars = new ArrayList<>();
        for (String entry : classPath.split(File.pathSeparator)) {
            if (library(entry)) {
                jars.add(Path.of(entry).toAbsolutePath().toString());
            }
        }
        libraries = String.join(File.pathSeparator, jars);
        archive = jars.isEmpty()
                ? null
                : cache.directory()
                        .map(directory -> directory.resolve("classes").resolve(name(jars)))
                        // The JVM would take it for two archives.
                        .filter(path -> !path.toString().contains(File.pathSeparator))
                        .orElse(null);
        String own = "." + UUID.randomUUID();
        Path folder = archive == null ? Path.of("") : archive.getParent();
        list = folder.resolve(own + ".list.tmp");
        draft = folder.resolve(own + ".jsa.tmp");
    }

    /** Options of the JVM of a trial's worker: to use the archive, or to tell which classes belong into it. */
    List<String> options(String trial) {
        if (archive == null) {
            return List.of();
        }
        if (Files.isRegularFile(archive)) {
            markUsed(archive);
            return List.of("-XX:SharedArchiveFile=" + archive, "-Xlog:cds=off", "-Xlog:cds+dynamic=off");
        }
        if (lister != null || !foldered()) {
            return List.of();
        }
        lister = trial;
        return List.of("-XX:DumpLoadedClassList=" + list);
    }

    /** The libraries first, since an archive serves only a class path that begins with its own; then what is none. */
    static String ordered(String classPath) {
        List<String> jars = new ArrayList<>();
        List<String> others = new ArrayList<>();
        for (String entry : classPath.split(File.pathSeparator)) {
            (library(entry) ? jars : others).add(entry);
        }
        jars.addAll(others);
        return String.join(File.pathSeparator, jars);
    }

    /** A jar that is not of our own modules. */
    private static boolean library(String entry) {
        Path path = Path.of(entry);
        return Files.isRegularFile(path) && !path.getFileName().toString().startsWith(OWN);
    }

    /** The worker of a trial has ended: what the first that ends well has loaded becomes the archive, in its own process. */
    void ended(String trial, boolean well) {
        Process process = making;
        if (process != null) {
            if (!process.isAlive()) {
                publish(process.exitValue() == 0);
            }
        } else if (trial.equals(lister)) {
            if (well) {
                begin();
            } else {
                lister = null;
            }
        }
    }

    /** By its time, at most once a day. */
    private static void markUsed(Path archive) {
        try {
            long now = System.currentTimeMillis();
            if (Files.getLastModifiedTime(archive).toMillis() < now - DAY_MILLIS) {
                Files.setLastModifiedTime(archive, FileTime.fromMillis(now));
            }
        } catch (IOException e) {
            // Another's cache: its owner keeps it or does not.
            return;
        }
    }

    private boolean foldered() {
        try {
            return Files.isDirectory(
                    Files.createDirectories(list.toAbsolutePath().getParent()));
        } catch (IOException e) {
            return false;
        }
    }

    private void begin() {
        if (archive == null || Files.exists(archive) || !Files.isRegularFile(list)) {
            return;
        }
        try {
            sweep(archive.getParent());
            making = new ProcessBuilder(
                            WorkerCommand.jvm(),
                            "-Xshare:dump",
                            "-XX:+UseSerialGC",
                            "-XX:SharedClassListFile=" + list,
                            "-XX:SharedArchiveFile=" + draft,
                            "-cp",
                            libraries)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            // It only makes workers start sooner.
            making = null;
        }
    }

    /** What runs that were killed left unfinished, and what nothing uses any more. */
    private static void sweep(Path folder) throws IOException {
        long now = System.currentTimeMillis();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "{.*.tmp,*.jsa}")) {
            for (Path file : files) {
                long kept = file.toString().endsWith(".jsa") ? KEPT_MILLIS : DAY_MILLIS;
                if (Files.getLastModifiedTime(file).toMillis() < now - kept) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    private void publish(boolean whole) {
        try {
            if (archive != null && whole && Files.isRegularFile(draft)) {
                // The JVM writes an archive that nobody may write.
                try (FileChannel channel = FileChannel.open(draft, StandardOpenOption.READ)) {
                    channel.force(true);
                }
                Files.move(draft, archive, StandardCopyOption.ATOMIC_MOVE);
            }
        } catch (IOException e) {
            // Another run has made it, or the disk is full.
            return;
        }
    }

    /** Takes away what is not finished. */
    @Override
    public void close() {
        Process process = making;
        if (process != null) {
            if (process.isAlive()) {
                process.destroyForcibly().onExit().join();
            } else {
                publish(process.exitValue() == 0);
            }
        }
        try {
            Files.deleteIfExists(list);
            Files.deleteIfExists(draft);
        } catch (IOException e) {
            // Left in a cache that a person may delete.
            return;
        }
    }

    /** Where it lies; empty where none is kept. */
    Optional<Path> path() {
        return Optional.ofNullable(archive);
    }

    private static String name(List<String> jars) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            StringBuilder text =
                    new StringBuilder(System.getProperty("java.vm.version") + System.getProperty("java.home"));
            for (String jar : jars) {
                text.append('\n').append(jar).append(' ').append(new File(jar).length());
                text.append(' ').append(new File(jar).lastModified());
            }
            digest.update(text.toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest.digest(), 0, 8) + ".jsa";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
