/**
 * Two variants side by side: {@link org.ditlab.compare.CompareVerb} ({@code ditlab compare}) finds them,
 * {@link org.ditlab.compare.Comparison} sets their numbers against each other over paired seeds. Not here: how the page looks,
 * {@link org.ditlab.html.ComparisonPage}.
 */
@NullMarked
package org.ditlab.compare;

import org.jspecify.annotations.NullMarked;
