package org.ditlab.knob;

import java.util.function.Predicate;

/**
 * What a knob asks of other knobs before it may differ from its default.
 *
 * @param text what must hold, and why: {@code ffn = depthwise-conv, whose branches are folded}
 */
public record Requirement(String text, Predicate<Settings> holds) {}
