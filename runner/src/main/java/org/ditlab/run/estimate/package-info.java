/**
 * How long a study will take on this machine: {@link org.ditlab.run.estimate.Estimator} says it of a plan, from what finished
 * stages took and from {@link org.ditlab.run.estimate.ThroughputFile}, which workers add to. The progress of a run that is
 * going on is {@link org.ditlab.run.Workload}'s.
 */
@NullMarked
package org.ditlab.run.estimate;

import org.jspecify.annotations.NullMarked;
