package org.ditlab.study;

/** Which trials of two variants are compared with each other. */
public enum Pairing {
    /** Those of the same seed: they share starting weights, data order and noise. */
    SEED
}
