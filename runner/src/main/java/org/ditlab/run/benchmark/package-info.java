/**
 * Training and sampling steps beside plain PyTorch: {@link org.ditlab.run.benchmark.StepContest} runs both sides in processes
 * of their own, in alternating rounds, and {@link org.ditlab.run.benchmark.Floor} measures what a step cannot do without.
 * The benchmark of metrics does not live here.
 */
@NullMarked
package org.ditlab.run.benchmark;

import org.jspecify.annotations.NullMarked;
