package org.ditlab.run.exec;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Makes executors of one kind; found by {@link java.util.ServiceLoader}. */
public interface ExecutorProvider {
    /** The word of {@code --executor}. */
    String name();

    /**
     * Opens an executor.
     *
     * @throws org.ditlab.study.StudyException when the launch asks for what there is not
     */
    Executor open(Launch launch);

    /**
     * Looks whether trials can be started at all, before anything of a study is written.
     *
     * @param study the study's directory, which need not be there
     * @param options of the launch
     * @throws org.ditlab.study.StudyException with the remedy
     */
    default void check(Path study, List<String> options) throws InterruptedException {
        WorkerCommand.heap();
    }

    /** Whether trials compute on this machine, so that its processors and devices count. */
    default boolean computesHere() {
        return true;
    }

    /**
     * Threads of a worker where neither the study nor the person says, for an executor that computes elsewhere.
     *
     * @param options of the launch
     * @throws org.ditlab.study.StudyException with all that is wrong in them
     */
    default int threads(List<String> options) {
        return 1;
    }

    /** Ends what goes on of a study without a process that waits for it; what was done, in lines, none when there was nothing. */
    default List<String> cancel(Path study) throws IOException, InterruptedException {
        return List.of();
    }

    /** Where trials wait or run that were handed over, by hash: {@code queued as 12_3}. */
    default Map<String, String> whereabouts(Path study) throws IOException, InterruptedException {
        return Map.of();
    }
}
