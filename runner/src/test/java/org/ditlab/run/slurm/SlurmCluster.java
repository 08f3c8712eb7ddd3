package org.ditlab.run.slurm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A Slurm cluster on this machine's loopback: a private munged, slurmctld, and three nodes of one processor; ports, key, state
 * and logs of its own. Jobs of the partition {@code high} preempt those of {@code low}. Nothing of it outlives
 * {@link #close}. Needs root and Debian's packages slurm-wlm and munge.
 */
public final class SlurmCluster implements AutoCloseable {
    public static final List<String> NODES = List.of("n1", "n2", "n3");
    static final int MAX_ARRAY_SIZE = 4;
    private static final List<String> PROGRAMS =
            List.of("munged", "slurmctld", "slurmd", "sbatch", "squeue", "scontrol");
    private static final String NODE = "DITLAB_TEST_NODE";
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    private final Path directory;
    private final int controllerPort;
    private final Map<String, Integer> nodePorts = new LinkedHashMap<>();
    private final Map<String, Process> daemons = new LinkedHashMap<>();
    private boolean closed;

    private SlurmCluster(Path directory, List<Integer> ports) {
        this.directory = directory;
        this.controllerPort = ports.get(0);
        for (int i = 0; i < NODES.size(); i++) {
            nodePorts.put(NODES.get(i), ports.get(i + 1));
        }
        Runtime.getRuntime().addShutdownHook(new Thread(this::close, "end of the cluster"));
    }

    /** Why there can be no cluster here; empty when there can. */
    public static Optional<String> obstacle() {
        if (!System.getProperty("user.name").equals("root")) {
            return Optional.of("a Slurm cluster for tests is started by root only");
        }
        return PROGRAMS.stream()
                .filter(program -> find(program).isEmpty())
                .findFirst()
                .map(program -> "no " + program + " here; install Debian's packages slurm-wlm and munge");
    }

    /** Starts one and waits until its nodes take jobs. */
    public static SlurmCluster start() throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("ditlab-slurm-");
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        SlurmCluster cluster = new SlurmCluster(directory, freePorts(1 + NODES.size()));
        try {
            cluster.begin();
            return cluster;
        } catch (IOException | InterruptedException | RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    /** Brings one up by hand, prints what to export, and ends it when standard input ends. */
    public static void main(String[] arguments) throws Exception {
        try (SlurmCluster cluster = start()) {
            System.out.println("export SLURM_CONF=" + cluster.environment().get("SLURM_CONF"));
            while (System.in.read() >= 0) {
                continue;
            }
        }
    }

    /** What Slurm's commands need to find this cluster. */
    public Map<String, String> environment() {
        return Map.of("SLURM_CONF", directory.resolve("slurm.conf").toString());
    }

    /** Runs one of Slurm's commands; gives its output. */
    public String command(String... words) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
        builder.environment().putAll(environment());
        Process process = builder.start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", words) + ": " + text);
        }
        return text;
    }

    /** Processes of jobs on a node whose command line holds a word; the batch script's shell before what it started. */
    public List<ProcessHandle> jobProcesses(String node, String word) {
        return members("SLURMD_NODENAME=" + node)
                .filter(process -> read(process, "cmdline").contains(word))
                .toList();
    }

    /** Ends a node as a power cut would: its daemon, its job steps and all they run. */
    public void kill(String node) throws InterruptedException {
        List<ProcessHandle> doomed = new ArrayList<>();
        doomed.add(daemons.get(node).toHandle());
        members(NODE + "=" + node).forEach(doomed::add);
        members("SLURMD_NODENAME=" + node).forEach(doomed::add);
        doomed.forEach(ProcessHandle::destroyForcibly);
        daemons.get(node).waitFor();
    }

    /** Starts a node's daemon, again after {@link #kill}. */
    public void startNode(String node) throws IOException {
        daemon(node, List.of("slurmd", "-D", "-N", node), Map.of(NODE, node));
    }

    /** Waits until all nodes are idle, so that one test begins where another has ended. */
    public void awaitIdle() throws IOException, InterruptedException {
        await("idle nodes", PATIENCE, () -> {
            List<String> states = command("sinfo", "-h", "-N", "-p", "low", "-o", "%T")
                    .lines()
                    .toList();
            return states.size() == NODES.size() && states.stream().allMatch("idle"::equals);
        });
    }

    /** Looks again and again until something is true. */
    public void await(String what, Duration patience, Callable<Boolean> condition)
            throws IOException, InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!holds(condition)) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("no " + what + " after " + patience + "; the queue:\n"
                        + command("squeue", "--array", "-o", "%i %j %T %N %r") + command("sinfo", "-N") + tails());
            }
            LockSupport.parkNanos(100_000_000);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        List<Process> all = new ArrayList<>(daemons.values());
        Collections.reverse(all);
        all.forEach(Process::destroyForcibly);
        // What a daemon left behind knows the cluster by its configuration. Twice: the last may have started another.
        for (int i = 0; i < 2; i++) {
            members(directory.toString())
                    .filter(process -> process.pid() != ProcessHandle.current().pid())
                    .forEach(process -> {
                        process.destroyForcibly();
                        process.onExit()
                                .completeOnTimeout(process, 5, TimeUnit.SECONDS)
                                .join();
                    });
        }
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException | UncheckedIOException e) {
            System.err.println(directory + " is left: " + e);
        }
    }

    private void begin() throws IOException, InterruptedException {
        byte[] key = new byte[1024];
        new SecureRandom().nextBytes(key);
        Path keyFile = Files.write(directory.resolve("munge.key"), key);
        Files.setPosixFilePermissions(keyFile, PosixFilePermissions.fromString("r--------"));
        Files.createDirectory(directory.resolve("state"));
        NODES.forEach(node -> directory.resolve("spool-" + node).toFile().mkdir());
        Files.writeString(directory.resolve("slurm.conf"), configuration());
        Files.writeString(directory.resolve("cgroup.conf"), "CgroupPlugin=cgroup/v1\nCgroupAutomount=no\n");
        Path socket = directory.resolve("munge.sock");
        daemon(
                "munged",
                List.of(
                        "munged",
                        "--foreground",
                        "--force",
                        "--num-threads=2",
                        "--key-file=" + keyFile,
                        "--socket=" + socket,
                        "--pid-file=" + directory.resolve("munged.pid"),
                        "--log-file=" + directory.resolve("munged.log"),
                        "--seed-file=" + directory.resolve("munged.seed")),
                Map.of("DITLAB_TEST", directory.toString()));
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!Files.exists(socket)) {
            if (System.nanoTime() > deadline || !daemons.get("munged").isAlive()) {
                throw new IOException("munged does not start" + tails());
            }
            LockSupport.parkNanos(20_000_000);
        }
        daemon("slurmctld", List.of("slurmctld", "-D", "-c"), Map.of());
        for (String node : NODES) {
            startNode(node);
        }
        awaitIdle();
    }

    private String configuration() throws IOException {
        String host = InetAddress.getLocalHost().getHostName().replaceFirst("\\..*", "");
        StringBuilder text = new StringBuilder("""
                ClusterName=ditlabtest
                SlurmctldHost=HOST(127.0.0.1)
                SlurmctldPort=PORT
                SlurmUser=root
                SlurmdUser=root
                AuthType=auth/munge
                AuthInfo=socket=DIR/munge.sock,cred_expire=5
                StateSaveLocation=DIR/state
                SlurmdSpoolDir=DIR/spool-%n
                SlurmctldPidFile=DIR/slurmctld.pid
                SlurmdPidFile=DIR/slurmd-%n.pid
                SlurmctldLogFile=DIR/slurmctld.log
                SlurmdLogFile=DIR/slurmd-%n.log
                ProctrackType=proctrack/linuxproc
                TaskPlugin=task/none
                JobAcctGatherType=jobacct_gather/none
                AccountingStorageType=accounting_storage/none
                MpiDefault=none
                SelectType=select/cons_tres
                SelectTypeParameters=CR_Core
                SchedulerType=sched/backfill
                SchedulerParameters=sched_interval=1,bf_interval=1,batch_sched_delay=0,sched_min_interval=0
                PreemptType=preempt/partition_prio
                PreemptMode=REQUEUE
                SlurmdParameters=config_overrides
                ReturnToService=2
                SlurmctldTimeout=5
                SlurmdTimeout=5
                InactiveLimit=0
                MinJobAge=2
                KillWait=5
                Waittime=0
                JobRequeue=1
                MaxArraySize=SIZE
                PartitionName=low Nodes=ALL Default=YES MaxTime=60 PriorityTier=1 PreemptMode=REQUEUE
                PartitionName=high Nodes=ALL MaxTime=60 PriorityTier=10 PreemptMode=OFF
                """.replace("HOST", host)
                .replace("PORT", String.valueOf(controllerPort))
                .replace("DIR", directory.toString())
                .replace("SIZE", String.valueOf(MAX_ARRAY_SIZE)));
        nodePorts.forEach((node, port) -> text.append("NodeName=" + node + " NodeHostname=" + host
                + " NodeAddr=127.0.0.1 Port=" + port + " CPUs=1 RealMemory=2000 State=UNKNOWN\n"));
        return text.toString();
    }

    private void daemon(String name, List<String> command, Map<String, String> variables) throws IOException {
        List<String> words = new ArrayList<>(command);
        words.set(0, find(command.get(0)).orElseThrow().toString());
        ProcessBuilder builder = new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve(name + ".out").toFile()));
        builder.environment().putAll(environment());
        builder.environment().putAll(variables);
        daemons.put(name, builder.start());
    }

    /** Processes of this machine with this text in their environment, children after their parents. */
    private Stream<ProcessHandle> members(String text) {
        return ProcessHandle.allProcesses()
                .filter(process -> read(process, "environ").contains(directory.toString()))
                .filter(process -> read(process, "environ").contains(text))
                .sorted(Comparator.comparingLong(ProcessHandle::pid));
    }

    private static String read(ProcessHandle process, String file) {
        try {
            return Files.readString(Path.of("/proc/" + process.pid() + "/" + file), StandardCharsets.ISO_8859_1)
                    .replace('\0', ' ');
        } catch (IOException e) {
            // It has ended meanwhile.
            return "";
        }
    }

    private String tails() {
        StringBuilder text = new StringBuilder();
        for (String name : daemons.keySet()) {
            try {
                List<String> lines = Files.readAllLines(directory.resolve(name + ".out"));
                text.append("\n").append(name).append(":\n");
                lines.stream()
                        .skip(Math.max(0, lines.size() - 10))
                        .forEach(line -> text.append(line).append('\n'));
            } catch (IOException e) {
                text.append(name).append(": ").append(e);
            }
        }
        return text.toString();
    }

    private static boolean holds(Callable<Boolean> condition) throws IOException, InterruptedException {
        try {
            return condition.call();
        } catch (IOException | InterruptedException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static @Nullable Path candidate(String folder, String program) {
        Path path = Path.of(folder, program);
        return Files.isExecutable(path) ? path : null;
    }

    private static Optional<Path> find(String program) {
        return Stream.concat(Arrays.stream(System.getenv("PATH").split(":")), Stream.of("/usr/sbin", "/sbin"))
                .map(folder -> Optional.ofNullable(candidate(folder, program)))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static List<Integer> freePorts(int count) throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        try {
            for (int i : IntStream.range(0, count).toArray()) {
                sockets.add(new ServerSocket(0, 1 + i, InetAddress.getLoopbackAddress()));
            }
            return sockets.stream().map(ServerSocket::getLocalPort).toList();
        } finally {
            for (ServerSocket socket : sockets) {
                socket.close();
            }
        }
    }
}
