/**
 * The study language: {@link org.ditlab.study.Study} (fluent) makes a {@link org.ditlab.study.StudySpec}; YAML is its
 * saved form ({@code study.yaml}), a plan what it expands to ({@code study.plan}). A {@link org.ditlab.study.Match} is the one thing that a study leaves to be
 * computed; {@code study.solve} does it. Nothing runs here.
 */
@NullMarked
package org.ditlab.study;

import org.jspecify.annotations.NullMarked;
