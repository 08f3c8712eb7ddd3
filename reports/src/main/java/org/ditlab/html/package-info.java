/**
 * The one-page report: {@link org.ditlab.html.ReportPage} fills {@code index.ftlh}, which escapes by itself whatever comes from
 * files. The page needs no network: {@code index.css}, {@code index.js}, charts and samples are inside. Parts that the
 * comparison of two variants has as well: {@link org.ditlab.html.Templates}, {@link org.ditlab.html.KnobChange},
 * {@link org.ditlab.html.Architectures}, {@link org.ditlab.html.LossPicture}.
 */
@NullMarked
package org.ditlab.html;

import org.jspecify.annotations.NullMarked;
