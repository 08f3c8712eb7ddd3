package org.ditlab.study;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ditlab.knob.Knob;
import org.ditlab.knob.Setting;
import org.ditlab.knob.Settings;

/** Which variants a kind leaves out. */
public sealed interface Exclusion {
    /** The word in YAML for {@link Invalid}. */
    String INVALID = "invalid";

    /** The raw value. */
    Object raw();

    /** Those that cannot be built, because a knob requires another value of another. */
    record Invalid() implements Exclusion {
        @Override
        public Object raw() {
            return INVALID;
        }
    }

    /** The one of this name. */
    record Named(String name) implements Exclusion {
        @Override
        public Object raw() {
            return name;
        }
    }

    /** Those in which every one of these knobs has one of its values, set or by default; before matches are solved. */
    record Where(List<Axis.Values> knobs) implements Exclusion {
        public Where {
            knobs = knobs.stream()
                    .sorted(Comparator.comparing(Axis.Values::label))
                    .toList();
        }

        /** Whether the condition holds of these settings. */
        boolean holds(Settings settings) {
            return knobs.stream().allMatch(values -> values.values().stream().anyMatch(one -> holds(one, settings)));
        }

        private static <V> boolean holds(Setting<V> wanted, Settings settings) {
            Knob<V> knob = wanted.knob();
            return settings.get(knob).equals(wanted.value());
        }

        @Override
        public Object raw() {
            Map<String, Object> raw = new LinkedHashMap<>();
            knobs.forEach(values -> raw.put(values.label(), values.raw()));
            return raw;
        }
    }
}
