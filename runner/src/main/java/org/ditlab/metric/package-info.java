/**
 * Measurement: feature extractors and the metrics over their features ({@link org.ditlab.metric.Fid},
 * {@link org.ditlab.metric.InceptionScore}, {@link org.ditlab.metric.PrecisionRecall},
 * {@link org.ditlab.metric.KernelDistance}, {@link org.ditlab.metric.SlicedDistance}). The reference set is the first argument.
 */
@NullMarked
package org.ditlab.metric;

import org.jspecify.annotations.NullMarked;
