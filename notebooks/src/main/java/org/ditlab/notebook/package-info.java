/**
 * Studies in a notebook: {@link org.ditlab.notebook.Dsl} has every word a cell needs, {@link org.ditlab.notebook.Notebook} says
 * what studies, plans, tables, charts and models look like there, on the kernel of this house and on IJava; {@link
 * org.ditlab.notebook.NotebookVerb} installs the kernel. What is computed is decided below.
 */
@NullMarked
package org.ditlab.notebook;

import org.jspecify.annotations.NullMarked;
