package org.ditlab.store.export;

/**
 * What an export sent.
 *
 * @param target where to, without secrets
 * @param trials trials of which something was new
 * @param values logged values
 */
public record Exported(String target, int trials, long values) {}
