package org.ditlab.run.slurm;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ditlab.run.slurm.Submission.JobArray;

/**
 * What of a study's submissions the cluster still has.
 *
 * @param trials waiting or running, by hash
 * @param others the reports' jobs
 */
record StudyQueue(Map<String, QueuedTask> trials, List<QueuedTask> others) {
    /** Asks the cluster, unless nothing was ever submitted. */
    static StudyQueue of(Path study, Slurm slurm) throws IOException, InterruptedException {
        List<Submission> submissions = Submission.all(study);
        return submissions.isEmpty() ? new StudyQueue(Map.of(), List.of()) : of(submissions, slurm.queue());
    }

    /** A job is known by its id and its name, since a cluster may begin again to count. */
    static StudyQueue of(List<Submission> submissions, List<QueuedTask> tasks) {
        Map<String, QueuedTask> trials = new LinkedHashMap<>();
        List<QueuedTask> others = new ArrayList<>();
        for (Submission submission : submissions) {
            for (QueuedTask task : tasks) {
                if (!task.name().startsWith(submission.name())) {
                    continue;
                }
                if (task.index() < 0) {
                    if (task.job().equals(submission.report())) {
                        others.add(task);
                    }
                    continue;
                }
                for (JobArray array : submission.arrays()) {
                    int line = array.offset() + task.index();
                    if (array.job().equals(task.job())
                            && task.index() < array.size()
                            && line < submission.trials().size()) {
                        trials.put(submission.trials().get(line), task);
                    }
                }
            }
        }
        return new StudyQueue(trials, others);
    }
}
