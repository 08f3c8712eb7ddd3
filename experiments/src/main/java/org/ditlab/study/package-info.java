/**
 * The study language: {@link org.ditlab.study.Study} (fluent) makes a {@link org.ditlab.study.StudySpec}; YAML is its
 * saved form ({@code study.yaml}), a plan what it expands to ({@code study.plan}). Nothing runs here.
 */
@NullMarked
package org.ditlab.study;

import org.jspecify.annotations.NullMarked;
