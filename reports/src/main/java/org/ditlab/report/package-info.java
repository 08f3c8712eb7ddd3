/**
 * Writing a report: {@link org.ditlab.report.ReportWriter} (found by {@code run}) and {@link org.ditlab.report.ReportVerb}
 * ({@code ditlab report}). What the files hold is decided in {@code table}, {@code chart} and {@code html}.
 */
@NullMarked
package org.ditlab.report;

import org.jspecify.annotations.NullMarked;
