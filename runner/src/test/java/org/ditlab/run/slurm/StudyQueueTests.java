package org.ditlab.run.slurm;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.ditlab.run.slurm.Submission.JobArray;
import org.junit.jupiter.api.Test;

class StudyQueueTests {
    private static final Submission SUBMISSION = new Submission(
            Path.of("study/slurm/001"),
            "ditlab-s-001",
            List.of("a", "b", "c"),
            List.of(new JobArray("7", 0, 2), new JobArray("8", 2, 1)),
            "9");

    @Test
    void elementsOfArraysAreTrials() {
        StudyQueue queue = queue(
                "7|1|RUNNING|n1|ditlab-s-001|None",
                "8|0|PENDING||ditlab-s-001|(a | b)",
                "9|N/A|PENDING||ditlab-s-001-report|Dependency");

        assertThat(queue.trials()).containsOnlyKeys("b", "c");
        assertThat(queue.trials().get("b").running()).isTrue();
        assertThat(queue.trials().get("c").id()).isEqualTo("8_0");
        assertThat(queue.trials().get("c").reason()).isEqualTo("(a | b)");
        assertThat(queue.others()).extracting(QueuedTask::id).containsExactly("9");
    }

    @Test
    void anotherStudysJobsOfTheSameIdAreNot() {
        StudyQueue queue =
                queue("7|0|RUNNING|n1|theirs|None", "7|2|RUNNING|n1|ditlab-s-001|None", "9|N/A|PENDING||theirs|None");

        assertThat(queue.trials()).isEmpty();
        assertThat(queue.others()).isEmpty();
    }

    private static StudyQueue queue(String... rows) {
        return StudyQueue.of(
                List.of(SUBMISSION), Stream.of(rows).map(QueuedTask::parse).toList());
    }
}
