/**
 * SQL over a study's directory: a cache in one SQLite file, built and brought up to date by readers, deletable at any time.
 * Entry point: {@link org.ditlab.store.index.StudyIndex}. What trains or samples never comes here; the truth stays in the
 * files that {@link org.ditlab.store.StudyDirectory} describes.
 */
@NullMarked
package org.ditlab.store.index;

import org.jspecify.annotations.NullMarked;
