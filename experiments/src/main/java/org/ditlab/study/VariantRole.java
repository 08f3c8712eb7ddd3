package org.ditlab.study;

/** What a variant is in its study. */
public enum VariantRole {
    /** What a ladder starts from. */
    BASE,
    RUNG,
    CONTROL,
    /** A variant of a list. */
    VARIANT,
    /** The base without training: the fixed row that every table has. */
    UNTRAINED
}
