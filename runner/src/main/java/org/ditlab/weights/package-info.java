/**
 * Weights of models in files, also in files from outside: {@link org.ditlab.weights.WeightFile} reads safetensors,
 * PyTorch and TensorFlow files without executing anything in them, {@link org.ditlab.weights.ArrayPickle} pickled NumPy arrays, {@link org.ditlab.weights.ModelFile} writes safetensors. Whether
 * weights fit a model is {@link org.ditlab.nn.KeyMismatch}'s to say.
 */
@NullMarked
package org.ditlab.weights;

import org.jspecify.annotations.NullMarked;
