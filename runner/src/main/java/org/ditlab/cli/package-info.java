/**
 * The command line: {@link org.ditlab.cli.Main} finds its verbs by ServiceLoader; one class per verb. What verbs do lives
 * in the rooms that they call; nothing depends on this package.
 */
@NullMarked
package org.ditlab.cli;

import org.jspecify.annotations.NullMarked;
