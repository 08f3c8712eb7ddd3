package org.ditlab.run;

import java.io.IOException;
import org.ditlab.study.plan.StageKind;

/** Does the work of one kind of stage. Must resume from what an earlier attempt left in the stage's directory. */
public interface StageRunner {
    StageKind kind();

    /**
     * Works until done.
     *
     * @throws InterruptedException when {@link StageContext#stopRequested} was obeyed; state was saved for a later attempt
     */
    StageResult run(StageContext context) throws IOException, InterruptedException;

    /** Removes what only an unfinished stage needs; called once its {@code result.json} stands. */
    default void finished(StageContext context) throws IOException {}
}
