package org.ditlab.kernel;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The jars of {@code group:artifact:version} and of all it needs, by the Maven that is installed: it knows the user's mirrors,
 * proxies and local repository, and no library of the kernel's own can get into the way of a cell's.
 */
final class MavenClassPath {
    private static final String PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:build-classpath";
    private static final Pattern COORDINATES =
            Pattern.compile("([\\w.-]+):([\\w.-]+)(?::([\\w.-]+))?(?::([\\w.-]+))?:([\\w.-]+)");
    private static final long MINUTES = 10;

    private final String command;

    /** @param command {@code mvn}, or its path */
    MavenClassPath(String command) {
        this.command = command;
    }

    /**
     * First from the local repository alone, then with the network.
     *
     * @throws IllegalArgumentException with what to tell the reader
     */
    List<Path> resolve(List<String> coordinates) {
        if (coordinates.isEmpty()) {
            throw new IllegalArgumentException("%maven: expected group:artifact:version");
        }
        try {
            Path folder = Files.createTempDirectory("ditlab-maven-");
            try {
                Files.writeString(folder.resolve("pom.xml"), project(coordinates));
                String offline = run(folder, true);
                String problem = offline.isEmpty() ? "" : run(folder, false);
                if (!problem.isEmpty()) {
                    throw new IllegalArgumentException("%maven " + String.join(" ", coordinates)
                            + ": cannot be resolved, neither from the local repository nor from the network: " + problem
                            + "\nwithout a network, `%jars file.jar` takes jars that are at hand");
                }
                String found = Files.readString(folder.resolve("classpath.txt")).strip();
                return found.isEmpty()
                        ? List.of()
                        : Pattern.compile(Pattern.quote(File.pathSeparator))
                                .splitAsStream(found)
                                .map(Path::of)
                                .toList();
            } finally {
                for (String name : List.of("pom.xml", "classpath.txt", "log.txt")) {
                    Files.deleteIfExists(folder.resolve(name));
                }
                Files.deleteIfExists(folder);
            }
        } catch (IOException e) {
            throw new IllegalArgumentException("%maven: Maven (" + command + ") cannot be run: " + e.getMessage());
        }
    }

    private static String project(List<String> coordinates) {
        return "<project><modelVersion>4.0.0</modelVersion><groupId>cell</groupId><artifactId>cell</artifactId>"
                + "<version>1</version><packaging>pom</packaging><dependencies>"
                + coordinates.stream().map(MavenClassPath::dependency).collect(Collectors.joining())
                + "</dependencies></project>";
    }

    private static String dependency(String coordinates) {
        Matcher parts = COORDINATES.matcher(coordinates);
        if (!parts.matches()) {
            throw new IllegalArgumentException(
                    "%maven: \"" + coordinates + "\": expected group:artifact[:type[:classifier]]:version");
        }
        return "<dependency>" + element("groupId", parts.group(1)) + element("artifactId", parts.group(2))
                + (parts.group(3) == null ? "" : element("type", parts.group(3)))
                + (parts.group(4) == null ? "" : element("classifier", parts.group(4)))
                + element("version", parts.group(5)) + "</dependency>";
    }

    private static String element(String name, String text) {
        return "<" + name + ">" + text + "</" + name + ">";
    }

    /** The first line of what is wrong; empty when all went well. */
    private String run(Path folder, boolean offline) throws IOException {
        Path log = folder.resolve("log.txt");
        Process process = new ProcessBuilder(
                        command,
                        "-q",
                        "-B",
                        offline ? "-o" : "-U",
                        PLUGIN,
                        "-Dmdep.outputFile=" + folder.resolve("classpath.txt"))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                .redirectOutput(log.toFile())
                .start();
        try {
            if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
                return "it took longer than " + MINUTES + " minutes";
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted";
        } finally {
            process.destroy();
        }
        if (process.exitValue() == 0) {
            return "";
        }
        return Files.readString(log, StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.contains("ERROR"))
                .findFirst()
                .orElse("Maven ended with code " + process.exitValue())
                .replaceAll("\u001b\\[[0-9;]*m", "")
                .replaceFirst("^\\[ERROR] ?", "");
    }
}
