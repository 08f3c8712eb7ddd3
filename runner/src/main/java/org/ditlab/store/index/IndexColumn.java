package org.ditlab.store.index;

/**
 * A column of the index, as {@code ditlab query --schema} shows it.
 *
 * @param type {@code text}, {@code integer}, {@code real}, or {@code any} where numbers and text stand
 * @param about one line, with units
 */
public record IndexColumn(String name, String type, String about) {}
