/** The command line: {@link org.ditlab.cli.Main} finds its verbs by ServiceLoader; one class per verb. */
@NullMarked
package org.ditlab.cli;

import org.jspecify.annotations.NullMarked;
