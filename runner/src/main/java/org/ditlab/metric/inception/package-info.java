/**
 * The Inception-v3 network of 2015-12-05 whose features the published FID, sFID and Inception Score stand on:
 * {@link org.ditlab.metric.inception.InceptionWeights} reads its weights from every file they are published in. Distances over
 * the features are {@link org.ditlab.metric}'s.
 */
@NullMarked
package org.ditlab.metric.inception;

import org.jspecify.annotations.NullMarked;
