package org.ditlab.store.index;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * A stage's directory as it is now, by names, sizes and times; nothing is read. Links are followed, but only regular files
 * count, so that no device or pipe is ever read.
 *
 * @param id the directory's name, {@code train-0123456789ab}
 * @param attempts in order
 */
record StageFiles(String id, Path path, boolean done, List<Attempt> attempts) {
    private static final Pattern ID = Pattern.compile("[a-z]{1,40}-[0-9a-f]{12}");
    private static final Pattern ATTEMPT = Pattern.compile("attempt-([0-9]{1,9})");

    /** Size and time of a file: what shows that it changed. */
    record Stamp(long size, long modified) {
        static Optional<Stamp> of(Path file) {
            try {
                BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
                if (!attributes.isRegularFile()) {
                    return Optional.empty();
                }
                return Optional.of(new Stamp(
                        attributes.size(), attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS)));
            } catch (IOException e) {
                return Optional.empty();
            }
        }

        /** In one word; that of a missing file is empty. */
        static String word(Optional<Stamp> stamp) {
            return stamp.map(one -> one.size + ":" + one.modified).orElse("");
        }
    }

    /**
     * One attempt.
     *
     * @param log the stamp of its metric log
     * @param facts what {@code provenance.json} looks like
     */
    record Attempt(int number, Path path, Optional<Stamp> log, String facts) {
        Path logFile() {
            return path.resolve("metrics.jsonl");
        }
    }

    String kind() {
        return id.substring(0, id.indexOf('-'));
    }

    /** All stages of a study, by name; {@code strange} takes the names of entries that should be files and are none. */
    static List<StageFiles> all(Path study, List<String> strange) throws IOException {
        List<StageFiles> stages = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(study.resolve("stages"))) {
            for (Path entry : entries) {
                String name = entry.getFileName().toString();
                if (ID.matcher(name).matches()) {
                    of(name, entry, strange).ifPresent(stages::add);
                }
            }
        } catch (NoSuchFileException | NotDirectoryException e) {
            return List.of();
        }
        stages.sort(Comparator.comparing(StageFiles::id));
        return stages;
    }

    /** Empty when it is no directory, or has been deleted meanwhile. */
    private static Optional<StageFiles> of(String id, Path path, List<String> strange) throws IOException {
        List<Attempt> attempts = new ArrayList<>();
        boolean done = false;
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
            for (Path entry : entries) {
                String name = entry.getFileName().toString();
                java.util.regex.Matcher matcher = ATTEMPT.matcher(name);
                if (matcher.matches()) {
                    attempts.add(attempt(Integer.parseInt(matcher.group(1)), entry, id, strange));
                }
                done |= name.equals("result.json");
            }
        } catch (NoSuchFileException | NotDirectoryException e) {
            return Optional.empty();
        }
        attempts.sort(Comparator.comparingInt(Attempt::number));
        return Optional.of(new StageFiles(id, path, done, attempts));
    }

    private static Attempt attempt(int number, Path path, String id, List<String> strange) {
        Path file = path.resolve("metrics.jsonl");
        Optional<Stamp> log = Stamp.of(file);
        if (log.isEmpty() && Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            strange.add("stages/" + id + "/" + path.getFileName() + "/metrics.jsonl");
        }
        return new Attempt(number, path, log, Stamp.word(Stamp.of(path.resolve("provenance.json"))));
    }
}
