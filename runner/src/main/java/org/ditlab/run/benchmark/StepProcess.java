package org.ditlab.run.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A child process that steps on request: JSON objects, one a line, on its standard input and output. Requests are {@code
 * hello}, {@code build}, {@code step} and {@code peak}; it ends when its input does.
 */
final class StepProcess implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int TOLD = 2000;

    private final String name;
    private final Path errors;
    private final Process process;
    private final Writer requests;
    private final BufferedReader answers;

    /**
     * Starts it.
     *
     * @param name what messages call it
     */
    StepProcess(String name, ProcessBuilder builder) throws IOException {
        this.name = name;
        errors = Files.createTempFile("ditlab-benchmark", ".txt");
        try {
            process = builder.redirectError(errors.toFile()).start();
        } catch (IOException e) {
            Files.delete(errors);
            throw e;
        }
        requests = process.outputWriter(StandardCharsets.UTF_8);
        answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /**
     * Sends a request and waits for the answer. Lines that are no JSON object are a library's and are passed over.
     *
     * @throws IOException when the process ended instead; the message has the end of what it said
     */
    JsonNode ask(String what, Map<String, ?> more) throws IOException {
        Map<String, Object> request = new LinkedHashMap<>(more);
        request.put("do", what);
        try {
            requests.write(JSON.writeValueAsString(request) + "\n");
            requests.flush();
        } catch (IOException closed) {
            throw ended(what);
        }
        for (String line = answers.readLine(); line != null; line = answers.readLine()) {
            if (line.startsWith("{")) {
                return JSON.readTree(line);
            }
        }
        throw ended(what);
    }

    /** Seconds of one step. */
    double step() throws IOException {
        return ask("step", Map.of()).get("seconds").doubleValue();
    }

    /** The most memory that the process has held, in bytes; -1 where the system does not tell. */
    long peak() throws IOException {
        return ask("peak", Map.of()).get("bytes").longValue();
    }

    private IOException ended(String what) throws IOException {
        String said = Files.readString(errors).strip();
        String tail = said.substring(Math.max(0, said.length() - TOLD));
        String code = process.isAlive() ? "" : " (exit code " + process.exitValue() + ")";
        return new IOException(name + " ended at \"" + what + "\"" + code
                + (tail.isEmpty() ? "; killed for memory? A smaller --batch takes less" : ": " + tail));
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Files.deleteIfExists(errors);
    }
}
