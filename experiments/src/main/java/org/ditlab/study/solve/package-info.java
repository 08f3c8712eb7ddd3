/**
 * Finds the value of one knob at which a model's cost comes nearest to a target: {@link
 * org.ditlab.study.solve.KnobSolver}. How costs are counted is the caller's; in which order a study's matches are solved is
 * the planner's ({@code study.plan}), how they are written the language's ({@link org.ditlab.study.Match}).
 */
@NullMarked
package org.ditlab.study.solve;

import org.jspecify.annotations.NullMarked;
