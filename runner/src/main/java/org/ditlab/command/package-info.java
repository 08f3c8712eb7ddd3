/** The SPI of a verb and of a reporter, so that verbs of other modules are found and {@code run} can report. */
@NullMarked
package org.ditlab.command;

import org.jspecify.annotations.NullMarked;
