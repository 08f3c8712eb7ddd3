/** Training: {@link org.ditlab.train.Trainer}, AdamW, EMA, checkpoints in safetensors. */
@NullMarked
package org.ditlab.train;

import org.jspecify.annotations.NullMarked;
