/**
 * Looking at a study from outside, by its directory alone: {@link org.ditlab.run.watch.StudyWatch} reads where each trial
 * stands, {@link org.ditlab.run.watch.LossCurves} the training curves, {@link org.ditlab.run.watch.WatchServer} shows both
 * in a browser. Nothing here writes into the directory.
 */
@NullMarked
package org.ditlab.run.watch;

import org.jspecify.annotations.NullMarked;
