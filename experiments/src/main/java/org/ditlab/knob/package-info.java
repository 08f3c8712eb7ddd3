/**
 * Typed coordinates: a {@link org.ditlab.knob.Knob} of an architecture or a recipe, its {@link org.ditlab.knob.Domain},
 * and {@link org.ditlab.knob.Settings}, an immutable choice of values. Which knobs exist is said in the rooms that read
 * them ({@code model}, {@code data}, {@code train}, {@code diffusion}, {@code metric}).
 */
@NullMarked
package org.ditlab.knob;

import org.jspecify.annotations.NullMarked;
