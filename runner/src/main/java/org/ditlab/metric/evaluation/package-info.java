/**
 * Comparing a set of images with a reference as the field's evaluators do: {@link org.ditlab.metric.evaluation.Evaluation}
 * extracts features once per preprocessing, into {@link org.ditlab.metric.evaluation.FeatureShards} that survive a kill, and
 * {@link org.ditlab.metric.evaluation.Comparison} takes all metrics of a {@link org.ditlab.metric.evaluation.Suite} from them.
 * The metrics themselves live one room up.
 */
@NullMarked
package org.ditlab.metric.evaluation;

import org.jspecify.annotations.NullMarked;
