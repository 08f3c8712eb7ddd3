package org.ditlab.run.exec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.ditlab.study.StudyException;
import org.junit.jupiter.api.Test;

class SlotTests {
    @Test
    void everyWorkerHasItsGpuAndProcessors() {
        List<Slot> slots = Slot.of(3, 2, List.of("4", "7"), List.of(0, 1, 2, 3, 8, 9, 10));

        assertThat(slots)
                .containsExactly(
                        new Slot(List.of(0, 1), "4"), new Slot(List.of(2, 3), "7"), new Slot(List.of(8, 9), "4"));
        ProcessBuilder started = slots.get(2).take(new ProcessBuilder("java", "-version"));
        assertThat(started.command()).containsExactly("taskset", "-c", "8,9", "java", "-version");
        assertThat(started.environment()).containsEntry("CUDA_VISIBLE_DEVICES", "4");
    }

    @Test
    void withoutAskingNothingChanges() {
        Slot slot = Slot.of(2, 1, List.of(), List.of()).get(1);
        ProcessBuilder untouched = new ProcessBuilder("java");

        assertThat(slot.take(new ProcessBuilder("java")).command()).containsExactly("java");
        assertThat(slot.take(untouched).environment()).isEqualTo(new ProcessBuilder("java").environment());
    }

    @Test
    void gpusAreThoseThatAreVisible() {
        assertThat(Slot.gpus(2, Map.of())).containsExactly("0", "1");
        assertThat(Slot.gpus(2, Map.of("CUDA_VISIBLE_DEVICES", "3, GPU-5ad,1"))).containsExactly("3", "GPU-5ad");
        assertThatThrownBy(() -> Slot.gpus(2, Map.of("CUDA_VISIBLE_DEVICES", "3")))
                .isInstanceOf(StudyException.class)
                .hasMessageContaining("--gpus 2");
    }

    @Test
    void tooFewProcessorsAreRefused() {
        assertThatThrownBy(() -> Slot.of(2, 2, List.of(), List.of(0, 1, 2)))
                .isInstanceOf(StudyException.class)
                .hasMessageContaining("need 4 processors");
    }

    @Test
    void rangesOfProcessors() {
        assertThat(Slot.numbers("\t0-2,8,10-11\n")).containsExactly(0, 1, 2, 8, 10, 11);
    }
}
