package org.ditlab.model;

/** Which samples lose their label in training when a model has several label embedders. */
public enum LabelDrop {
    /** Each embedder draws for itself, as U-DiT was trained: all lose it together only with probability p^3. */
    PER_EMBEDDER,
    /** One draw for all embedders. */
    SHARED
}
