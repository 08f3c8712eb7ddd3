/**
 * How a number was measured: {@link org.ditlab.metric.protocol.Protocol}. Numbers of two protocols never share a column.
 */
@NullMarked
package org.ditlab.metric.protocol;

import org.jspecify.annotations.NullMarked;
