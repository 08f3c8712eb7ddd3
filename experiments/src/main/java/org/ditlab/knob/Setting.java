package org.ditlab.knob;

/** One knob set to one value: the unit that changes are made of. */
public record Setting<V>(Knob<V> knob, V value) {
    /** The canonical raw value. */
    public Object raw() {
        return knob.domain().render(value);
    }

    /** {@code patch=4}. */
    @Override
    public String toString() {
        return knob.name() + "=" + raw();
    }
}
