/**
 * What a study expands to: {@link org.ditlab.study.plan.Planner} makes a {@link org.ditlab.study.plan.Plan} of trials and
 * stages with their hashes and costs, and solves the matches on the way. Nothing runs here.
 */
@NullMarked
package org.ditlab.study.plan;

import org.jspecify.annotations.NullMarked;
