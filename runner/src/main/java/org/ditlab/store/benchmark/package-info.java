/**
 * How fast the store and its index are, on a synthetic study in a temporary directory. Entry point: {@link
 * org.ditlab.store.benchmark.StoreBenchmark}.
 */
@NullMarked
package org.ditlab.store.benchmark;

import org.jspecify.annotations.NullMarked;
