package org.ditlab.model;

/** Where the embeddings of timestep and label come from in a U. */
public enum Embedders {
    /** One pair of embedders for all stages. */
    SHARED,
    /** A pair of embedders for each resolution. */
    PER_STAGE
}
