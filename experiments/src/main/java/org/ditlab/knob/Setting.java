package org.ditlab.knob;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One knob set to one value: the unit that changes are made of. Immutable; rendered once, however many variants share it. */
public final class Setting<V> {
    private final Knob<V> knob;
    private final V value;

    /** Found when it is first asked for; threads that meet here find equal values. */
    private @Nullable Object raw;

    public Setting(Knob<V> knob, V value) {
        this.knob = knob;
        this.value = value;
    }

    public Knob<V> knob() {
        return knob;
    }

    public V value() {
        return value;
    }

    /** The canonical raw value. */
    public Object raw() {
        Object known = raw;
        if (known == null) {
            Object rendered = knob.domain().render(value);
            known = rendered instanceof List<?> list ? List.copyOf(list) : rendered;
            raw = known;
        }
        return known;
    }

    /** Two settings are the same when their knobs and values are. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Setting<?> setting && knob.equals(setting.knob) && value.equals(setting.value);
    }

    @Override
    public int hashCode() {
        return Objects.hash(knob, value);
    }

    /** {@code patch=4}. */
    @Override
    public String toString() {
        return knob.name() + "=" + raw();
    }
}
