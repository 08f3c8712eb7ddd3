/**
 * The study directory: plain files, one writer each, results by atomic rename. Entry points: {@link
 * org.ditlab.store.StudyDirectory} for those who write, {@link org.ditlab.store.StudyResults} for those who read. What
 * the work of a stage is does not live here.
 */
@NullMarked
package org.ditlab.store;

import org.jspecify.annotations.NullMarked;
