/** Measurement: feature extractors and the metrics over their features ({@link org.ditlab.metric.Fid}, {@link org.ditlab.metric.InceptionScore}). */
@NullMarked
package org.ditlab.metric;

import org.jspecify.annotations.NullMarked;
