package org.ditlab.study;

import java.util.List;

/** Variants that make others readable, each starting from a variant of any kind. */
public record Controls(List<Control> controls) implements PlanKind {
    public static final String WORD = "controls";

    public Controls {
        controls = List.copyOf(controls);
    }

    @Override
    public String word() {
        return WORD;
    }

    @Override
    public List<Change> changes() {
        return controls.stream().map(Control::change).toList();
    }
}
