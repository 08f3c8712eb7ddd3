/**
 * The Inception-v3 of TensorFlow's 2015-12-05 graph, over whose features FID, sFID and the inception score are published:
 * {@link org.ditlab.metric.inception.InceptionExtractor} is the entry, {@link org.ditlab.metric.inception.InceptionV3} the
 * network, {@link org.ditlab.metric.inception.InceptionWeights} reads its weights from every file they are published in,
 * {@link org.ditlab.metric.inception.Preprocessing} is what the suites do to an image before it. Distances over the features are
 * {@link org.ditlab.metric}'s.
 */
@NullMarked
package org.ditlab.metric.inception;

import org.jspecify.annotations.NullMarked;
