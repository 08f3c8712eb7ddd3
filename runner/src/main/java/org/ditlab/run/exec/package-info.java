/**
 * How trials are started: the {@link org.ditlab.run.exec.Executor} SPI, found through {@link
 * org.ditlab.run.exec.ExecutorProvider}, and the executor of local processes. What a trial's stages do does not live here.
 */
@NullMarked
package org.ditlab.run.exec;

import org.jspecify.annotations.NullMarked;
