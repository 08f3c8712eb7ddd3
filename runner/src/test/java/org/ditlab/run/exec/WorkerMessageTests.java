package org.ditlab.run.exec;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WorkerMessageTests {
    @Test
    void messagesComeThroughThePipe() {
        WorkerMessage progress = WorkerMessage.progress("train-0123", 3, 10, "loss \"0.1\"\n2 images/s");
        WorkerMessage failed = WorkerMessage.failed("no space");

        assertThat(progress.line()).doesNotContain("\n");
        assertThat(WorkerMessage.parse(progress.line())).isEqualTo(progress);
        assertThat(WorkerMessage.parse(failed.line())).isEqualTo(failed);
        assertThat(WorkerMessage.parse(
                                WorkerMessage.waiting("train-0123", "waits").line())
                        .event("trial"))
                .isEqualTo(new TrialEvent.Waiting("trial", "train-0123", "waits"));
        assertThat(WorkerMessage.parse(WorkerMessage.stageDone("train-0123").line())
                        .event("trial"))
                .isEqualTo(new TrialEvent.StageDone("trial", "train-0123"));
    }

    @Test
    void whatALibraryPrintsIsNoMessage() {
        assertThat(WorkerMessage.parse("{\"stage\": 1}")).isNull();
        assertThat(WorkerMessage.parse("@ditlab torn {")).isNull();
        assertThat(WorkerMessage.parse("")).isNull();
    }
}
