package org.ditlab.run.exec;

import java.util.List;
import java.util.Optional;

/**
 * What a queue took.
 *
 * @param trials how many it took now
 * @param known how many it had already, waiting or running
 * @param lines what was done, for a person
 * @param problem why it did not take all
 */
public record Handover(int trials, int known, List<String> lines, Optional<String> problem) {}
