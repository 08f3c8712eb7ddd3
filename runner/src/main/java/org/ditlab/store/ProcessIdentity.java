package org.ditlab.store;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Which process holds something: process ids are reused, so that the start time belongs to it; process tables belong to
 * one boot of one host (on Linux also to one namespace), so that these do too.
 *
 * @param host name of the host
 * @param table what tells this process table from others of the same host name; empty where the system does not say
 * @param pid process id
 * @param started start of the process, in the unit of the system that {@code table} names
 */
record ProcessIdentity(String host, String table, long pid, String started) {
    private static final Path PROC = Path.of("/proc");

    /** Asked once: looking a host's name up may take its time. */
    private static final class Self {
        private static final long PID = ProcessHandle.current().pid();
        private static final ProcessIdentity IDENTITY =
                new ProcessIdentity(hostName(), processTable(), PID, startOf(PID));
    }

    static ProcessIdentity self() {
        return Self.IDENTITY;
    }

    static ProcessIdentity from(Map<String, Object> json) {
        Object pid = json.get("pid");
        return new ProcessIdentity(
                String.valueOf(json.get("host")),
                String.valueOf(json.get("table")),
                pid instanceof Number number ? number.longValue() : -1,
                String.valueOf(json.get("started")));
    }

    Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("host", host);
        json.put("table", table);
        json.put("pid", pid);
        json.put("started", started);
        return json;
    }

    /** Whether this process can look the other one up. */
    boolean sharesTableWith(ProcessIdentity other) {
        return host.equals(other.host) && table.equals(other.table);
    }

    /** Whether the process still runs; only meaningful for one whose table this process shares. */
    boolean alive() {
        return pid > 0 && !started.isEmpty() && started.equals(startOf(pid));
    }

    /** Empty when there is no such process, or when it is a zombie that waits for its parent. */
    private static String startOf(long pid) {
        if (Files.isDirectory(PROC.resolve("self"))) {
            try {
                String stat = Files.readString(PROC.resolve(pid + "/stat"));
                // The second field is the command in parentheses and may hold anything; fields count from after it.
                String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
                boolean ended = fields[0].equals("Z") || fields[0].equals("X");
                return ended ? "" : fields[19];
            } catch (IOException | IndexOutOfBoundsException e) {
                return "";
            }
        }
        return ProcessHandle.of(pid)
                .filter(ProcessHandle::isAlive)
                .flatMap(handle -> handle.info().startInstant())
                .map(Instant::toString)
                .orElse("");
    }

    private static String processTable() {
        try {
            String boot =
                    Files.readString(PROC.resolve("sys/kernel/random/boot_id")).strip();
            return boot + " " + Files.readSymbolicLink(PROC.resolve("self/ns/pid"));
        } catch (IOException | UnsupportedOperationException e) {
            return "";
        }
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }
}
