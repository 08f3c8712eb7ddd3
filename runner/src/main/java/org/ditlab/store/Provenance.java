package org.ditlab.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;

/** Where a result came from: the facts about code, machine and process that stand in {@code provenance.json}. */
public final class Provenance {
    private Provenance() {}

    /** The version of this build, {@code 0.1.0-SNAPSHOT}. */
    public static String version() {
        Properties properties = new Properties();
        try (InputStream in = Provenance.class.getResourceAsStream("version.properties")) {
            if (in != null) {
                properties.load(in);
            }
        } catch (IOException e) {
            return "unknown";
        }
        return properties.getProperty("version", "unknown");
    }

    /** The facts about this process; backend and data are the caller's to add. */
    public static Map<String, Object> ofThisProcess(int threads) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("started", Instant.now().toString());
        facts.put("version", version());
        facts.put("code", CodeFingerprint.ofThisBuild());
        facts.put("jvm", System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version"));
        facts.put("os", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        facts.put("architecture", System.getProperty("os.arch"));
        facts.put("cpu", cpu());
        facts.put("cores", Runtime.getRuntime().availableProcessors());
        facts.put("threads", threads);
        ProcessIdentity self = ProcessIdentity.self();
        facts.put("host", self.host());
        facts.put("pid", self.pid());
        return facts;
    }

    /** The processor's name as the system tells it, else its architecture. */
    public static String cpu() {
        return cpuInfo("model name", System.getProperty("os.arch"));
    }

    /** A field of the first processor in {@code /proc/cpuinfo}. */
    public static String cpuInfo(String field, String otherwise) {
        Path info = Path.of("/proc/cpuinfo");
        if (!Files.isReadable(info)) {
            return otherwise;
        }
        try {
            for (String line : Files.readAllLines(info, StandardCharsets.UTF_8)) {
                int colon = line.indexOf(':');
                if (colon > 0 && line.substring(0, colon).strip().equals(field)) {
                    return line.substring(colon + 1).strip();
                }
            }
        } catch (IOException e) {
            return otherwise;
        }
        return otherwise;
    }
}
