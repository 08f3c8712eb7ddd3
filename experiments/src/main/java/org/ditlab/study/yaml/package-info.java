/**
 * The saved form of a study: {@link org.ditlab.study.yaml.StudyYaml} reads and writes it, and says by line and column, all
 * at once, what is wrong; {@link org.ditlab.study.yaml.StudySchema} describes it to editors. What must hold of a study in
 * either form is said in {@link org.ditlab.study.SpecRules}.
 */
@NullMarked
package org.ditlab.study.yaml;

import org.jspecify.annotations.NullMarked;
