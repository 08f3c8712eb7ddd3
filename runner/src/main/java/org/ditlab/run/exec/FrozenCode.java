package org.ditlab.run.exec;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The code of this process, kept for workers that start later: under {@code STUDY/.code/<hash12>/}, once per content. Folders
 * of classes and jars are copied; releases in a local Maven repository never change and are referred to where they lie.
 *
 * @param directory the copy
 * @param classPathFile holds the class path, one line
 */
public record FrozenCode(Path directory, Path classPathFile) {
    private static final String FOLDER = ".code";
    private static final String CLASS_PATH = "class-path.txt";

    /** Freezes the class path of this process. */
    public static FrozenCode ofThisProcess(Path study) throws IOException {
        return of(study, System.getProperty("java.class.path"));
    }

    /** Freezes a class path; entries that do not exist are left out. */
    public static FrozenCode of(Path study, String classPath) throws IOException {
        Path all = Files.createDirectories(study.toAbsolutePath().resolve(FOLDER));
        Path draft = Files.createDirectory(all.resolve("." + UUID.randomUUID() + ".tmp"));
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            List<String> entries = new ArrayList<>();
            for (String name : classPath.split(File.pathSeparator)) {
                Path entry = Path.of(name).toAbsolutePath().normalize();
                if (!Files.exists(entry)) {
                    continue;
                }
                if (isRelease(entry)) {
                    digest.update(entry.toString().getBytes(StandardCharsets.UTF_8));
                    entries.add(entry.toString());
                } else {
                    String copied = "%02d-%s".formatted(entries.size(), label(entry));
                    copy(entry, draft.resolve(copied), digest);
                    entries.add(copied);
                }
            }
            Path place = all.resolve(HexFormat.of().formatHex(digest.digest()).substring(0, 12));
            List<String> frozen = entries.stream()
                    .map(entry -> place.resolve(entry).toString()) // what is absolute stays
                    .toList();
            Files.writeString(draft.resolve(CLASS_PATH), String.join(File.pathSeparator, frozen) + "\n");
            publish(draft, place);
            return new FrozenCode(place, place.resolve(CLASS_PATH));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        } finally {
            delete(draft);
        }
    }

    /** Whether this lies as {@code artifact/1.2/artifact-1.2.jar}, of a version that is no snapshot. */
    static boolean isRelease(Path entry) {
        Path folder = entry.getParent();
        if (folder == null || folder.getParent() == null || folder.getParent().getFileName() == null) {
            return false;
        }
        String version = folder.getFileName().toString();
        String artifact = folder.getParent().getFileName().toString();
        return Files.isRegularFile(entry)
                && !version.endsWith("-SNAPSHOT")
                && entry.getFileName().toString().startsWith(artifact + "-" + version);
    }

    /** {@code runner-classes} of {@code runner/target/classes}; a file's own name. */
    private static String label(Path entry) {
        Path name = entry.getFileName();
        Path target = entry.getParent();
        boolean built = Files.isDirectory(entry) && target != null && target.endsWith("target");
        Path module = built ? target.getParent() : null;
        return module == null || module.getFileName() == null
                ? String.valueOf(name)
                : module.getFileName() + "-" + name;
    }

    private static void copy(Path from, Path to, MessageDigest digest) throws IOException {
        List<Path> files;
        try (Stream<Path> found = Files.walk(from)) {
            files = found.filter(Files::isRegularFile).sorted().toList();
        }
        Files.createDirectories(Files.isDirectory(from) ? to : to.getParent());
        for (Path file : files) {
            String name = from.relativize(file).toString();
            Path copy = name.isEmpty() ? to : to.resolve(name);
            Files.createDirectories(copy.getParent());
            digest.update((to.getFileName() + "/" + name + "\0").getBytes(StandardCharsets.UTF_8));
            try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
                Files.copy(in, copy);
            }
        }
    }

    private static void publish(Path draft, Path place) throws IOException {
        try {
            Files.move(draft, place, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            // The same content is there already: a folder is not replaced by a move.
            if (!Files.isRegularFile(place.resolve(CLASS_PATH))) {
                throw e;
            }
        }
    }

    private static void delete(Path draft) throws IOException {
        if (!Files.exists(draft)) {
            return;
        }
        try (Stream<Path> files = Files.walk(draft)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
