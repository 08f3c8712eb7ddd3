/**
 * The one-page report: {@link org.ditlab.html.ReportPage} fills {@code index.ftlh}, which escapes by itself whatever comes from
 * files. The page needs no network: style, script, charts and samples are inside.
 */
@NullMarked
package org.ditlab.html;

import org.jspecify.annotations.NullMarked;
