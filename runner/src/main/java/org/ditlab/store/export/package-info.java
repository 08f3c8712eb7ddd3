/**
 * A study for other programs: CSV files, TensorBoard's event files, an MLflow server. Each export sends what is new since
 * the one before; how far it got is kept at the target, never in the study. Entry points: {@link
 * org.ditlab.store.export.CsvExport}, {@link org.ditlab.store.export.TensorboardExport}, {@link
 * org.ditlab.store.export.MlflowExport}.
 */
@NullMarked
package org.ditlab.store.export;

import org.jspecify.annotations.NullMarked;
