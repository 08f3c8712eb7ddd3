package org.ditlab.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.ditlab.data.DataKnobs;
import org.ditlab.knob.Settings;
import org.ditlab.model.ArchitectureKnobs;
import org.ditlab.study.plan.StageKind;
import org.ditlab.tensor.spi.Backend;
import org.ditlab.train.TrainKnobs;

/** A process that trains for a step, then limits its own memory and trains for two: folder, MiB beyond what it has. */
final class TrainingUnderLimit {
    private static final Settings SETTINGS = Settings.of(
            DataKnobs.SIZE.to(32),
            DataKnobs.COUNT.to(20),
            ArchitectureKnobs.INPUT.to(List.of(3, 32, 32)),
            ArchitectureKnobs.CLASSES.to(10),
            ArchitectureKnobs.PATCH.to(2),
            ArchitectureKnobs.WIDTH.to(128),
            ArchitectureKnobs.DEPTH.to(2),
            ArchitectureKnobs.HEADS.to(2),
            TrainKnobs.STEPS.to(2),
            TrainKnobs.BATCH.to(512));

    private TrainingUnderLimit() {}

    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        Backend backend = Backends.installed().choose("libtorch", "cpu").open(1);
        train(folder.resolve("warm"), SETTINGS.with(TrainKnobs.STEPS.to(1), TrainKnobs.BATCH.to(1)), backend);
        limit(Long.parseLong(arguments[1]) << 20);
        StageResult result = train(folder.resolve("short"), SETTINGS, backend);
        System.out.println(result.metrics() + " " + result.timing());
        System.out.flush();
        Runtime.getRuntime().halt(0);
    }

    private static StageResult train(Path folder, Settings settings, Backend backend) throws Exception {
        FolderWork work = new FolderWork(folder, StageKind.TRAIN, settings, false, row -> {}, backend);
        try {
            return new TrainStage().run(work);
        } finally {
            work.notes().forEach(System.out::println);
        }
    }

    private static void limit(long beyond) throws Exception {
        long bytes = 0;
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("VmSize:")) {
                bytes = Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
            }
        }
        String self = String.valueOf(ProcessHandle.current().pid());
        Process prlimit = new ProcessBuilder("prlimit", "--pid", self, "--as=" + (bytes + beyond)).start();
        if (prlimit.waitFor() != 0) {
            throw new IOException("prlimit ended with " + prlimit.exitValue());
        }
    }
}
