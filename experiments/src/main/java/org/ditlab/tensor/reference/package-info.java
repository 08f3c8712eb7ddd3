/**
 * The plain-Java backend: slow, exact, with gradients; the truth in tests, and what runs where no native library exists.
 * Entry point: {@link org.ditlab.tensor.reference.ReferenceBackend}. Each file holds one family of operations with their
 * gradients; {@link org.ditlab.tensor.reference.Tape} runs them backwards.
 */
@NullMarked
package org.ditlab.tensor.reference;

import org.jspecify.annotations.NullMarked;
