/** The study directory: plain files, one writer each, results by atomic rename. Entry point: {@link org.ditlab.store.StudyDirectory}. */
@NullMarked
package org.ditlab.store;

import org.jspecify.annotations.NullMarked;
