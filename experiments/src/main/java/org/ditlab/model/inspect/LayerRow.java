package org.ditlab.model.inspect;

/**
 * One row of a layer table.
 *
 * @param path {@code blocks.0-11.attn}; a row of a module's own operations ends in {@code (own)}
 * @param label the path within the row above
 * @param depth 1 for a block
 * @param count equal modules in this row and, where it stands within one, in those above: the figures are their sum
 * @param output what others read from one of them
 * @param leaf whether no row below repeats these figures; leaves add up to the model
 */
public record LayerRow(String path, String label, int depth, int count, String output, Measure measure, boolean leaf) {}
