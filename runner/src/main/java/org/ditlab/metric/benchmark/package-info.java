/**
 * How long the metrics take here beside what the field uses ({@link org.ditlab.metric.benchmark.MetricBenchmark}). Nothing
 * else needs this package.
 */
@NullMarked
package org.ditlab.metric.benchmark;

import org.jspecify.annotations.NullMarked;
