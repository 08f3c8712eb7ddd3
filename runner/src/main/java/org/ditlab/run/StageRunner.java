package org.ditlab.run;

import java.io.IOException;
import org.ditlab.run.halving.StoppedEarly;
import org.ditlab.study.plan.StageKind;

/** Does the work of one kind of stage. Must resume from what an earlier attempt left in the stage's directory. */
public interface StageRunner {
    StageKind kind();

    /**
     * Works until done.
     *
     * @throws StoppedEarly when the study's early stopping ends it; state was saved, there is no result
     * @throws InterruptedException when {@link StageContext#stopRequested} was obeyed; state was saved for a later attempt
     */
    StageResult run(StageContext context) throws IOException, InterruptedException, StoppedEarly;

    /** Removes what only an unfinished stage needs; called once its {@code result.json} stands. */
    default void finished(StageContext context) throws IOException {}
}
