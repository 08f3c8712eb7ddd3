/**
 * The tables of {@code ditlab benchmark}, one subcommand each. What they measure lives with what is measured; here it is only
 * asked for and printed.
 */
@NullMarked
package org.ditlab.cli.benchmark;

import org.jspecify.annotations.NullMarked;
