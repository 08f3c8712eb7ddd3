/** How trials are started: the {@link org.ditlab.run.exec.Executor} SPI and the executor of local processes. */
@NullMarked
package org.ditlab.run.exec;

import org.jspecify.annotations.NullMarked;
