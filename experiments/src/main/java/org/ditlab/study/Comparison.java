package org.ditlab.study;

/** How the report compares variants. */
public record Comparison(Pairing pairedBy, Correction correction) {}
