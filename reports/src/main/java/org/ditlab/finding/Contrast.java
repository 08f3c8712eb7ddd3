package org.ditlab.finding;

/**
 * Two variants that are compared.
 *
 * @param label what a person reads: the rung's name
 * @param variant the variant that is judged
 * @param other what it is compared with
 */
record Contrast(String label, String variant, String other) {}
