/**
 * Early stopping by asynchronous successive halving: what a training leaves at a rung, and whether it goes on. Everything rests on
 * files of the study directory, so that workers of several processes and machines decide together. Entry point:
 * {@link org.ditlab.run.halving.Halving}. How a trial that was stopped is shown stands in the rooms that show it.
 */
@NullMarked
package org.ditlab.run.halving;

import org.jspecify.annotations.NullMarked;
