/** Tests of trials in a Slurm cluster, and a cluster of this machine alone to run them on. */
@NullMarked
package org.ditlab.run.slurm;

import org.jspecify.annotations.NullMarked;
