/**
 * Trials as job arrays of a Slurm cluster: {@link org.ditlab.run.slurm.SlurmExecutorProvider} is what the command line finds.
 * What is queued is asked of {@code squeue}, what is done of the study's directory; accounting is not needed. How a worker
 * does its trial does not live here.
 */
@NullMarked
package org.ditlab.run.slurm;

import org.jspecify.annotations.NullMarked;
