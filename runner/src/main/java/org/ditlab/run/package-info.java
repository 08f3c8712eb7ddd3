/**
 * Running a plan: {@link org.ditlab.run.Runner} starts one worker process per trial, {@link org.ditlab.run.StageRunner}s do
 * the work of a stage and write its directory. How processes are started lives in {@code run.exec}.
 */
@NullMarked
package org.ditlab.run;

import org.jspecify.annotations.NullMarked;
