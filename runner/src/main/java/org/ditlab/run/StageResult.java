package org.ditlab.run;

import java.util.Map;

/**
 * What a finished stage says; written to its {@code result.json}.
 *
 * @param metrics deterministic values only (bit-identical when the stage runs again)
 * @param timing seconds, rates, memory
 * @param protocol how the metrics were measured; empty for stages that measure nothing
 */
public record StageResult(Map<String, Object> metrics, Map<String, Object> timing, Map<String, Object> protocol) {}
