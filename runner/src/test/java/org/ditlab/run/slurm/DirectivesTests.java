package org.ditlab.run.slurm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.ditlab.study.StudyException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DirectivesTests {
    @TempDir
    private Path directory;

    @Test
    void theCommandLineWinsOverTheFile() throws IOException {
        Files.writeString(directory.resolve("slurm.sh"), """
                #!/bin/bash
                #SBATCH --partition=gpu   # ours
                #SBATCH --time=1:00:00
                #SBATCH --exclusive

                module load cuda
                """);
        Directives read = Directives.read(List.of("time=8:00:00", "--gres=gpu:1"), directory, Map.of());

        assertThat(read.values())
                .isEqualTo(Map.of("partition", "gpu", "time", "8:00:00", "exclusive", "", "gres", "gpu:1"));
        assertThat(read.setup()).containsExactly("module load cuda");
        assertThat(read.ofReport()).isEqualTo(Map.of("partition", "gpu", "time", "8:00:00"));
    }

    @Test
    void theVariableNamesAnotherFile() throws IOException {
        Path file = Files.writeString(directory.resolve("cluster.sh"), "#SBATCH --partition=here\n");
        Files.writeString(directory.resolve("slurm.sh"), "#SBATCH --partition=there\n");

        assertThat(Directives.read(List.of(), directory, Map.of("DITLAB_SLURM", file.toString()))
                        .values())
                .containsExactly(Map.entry("partition", "here"));
        assertThatThrownBy(() -> Directives.read(List.of(), directory, Map.of("DITLAB_SLURM", "missing.sh")))
                .isInstanceOf(StudyException.class);
        assertThat(Directives.read(List.of(), directory.resolve("elsewhere"), Map.of()))
                .isEqualTo(new Directives(Map.of(), List.of(), ""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "array=0-9",
                "--output=x",
                "-p gpu",
                "P=gpu",
                "=",
                "comment=a\n#SBATCH --uid=0",
                "cpus-per-task=many",
                "signal=TERM@5"
            })
    void whatTheScriptCannotTakeIsRefused(String option) {
        assertThatThrownBy(() -> Directives.read(List.of("time=1", option, option), directory, Map.of()))
                .isInstanceOfSatisfying(
                        StudyException.class, e -> assertThat(e.problems()).hasSize(2));
    }
}
