package org.ditlab.table;

/**
 * Where published numbers stand.
 *
 * @param key a short name
 * @param quoted whether the numbers were read in somebody's quotation, not in the source itself
 * @param convention what its GFLOPs or GMACs count
 * @param citation the paper or page
 */
public record PublishedSource(String key, boolean quoted, String convention, String citation) {}
