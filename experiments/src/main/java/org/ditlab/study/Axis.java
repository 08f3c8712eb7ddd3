package org.ditlab.study;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ditlab.knob.Knob;
import org.ditlab.knob.Setting;

/** One coordinate of a grid, a zip or of random draws. */
public sealed interface Axis {
    /** What the coordinate is called: a knob's name, or any word for named changes. */
    String label();

    /** The raw value. */
    Object raw();

    /** Values of one knob. */
    record Values(Knob<?> knob, List<Setting<?>> values) implements Axis {
        public Values {
            values = List.copyOf(values);
        }

        @Override
        public String label() {
            return knob.name();
        }

        @Override
        public Object raw() {
            return values.stream().map(Setting::raw).toList();
        }
    }

    /** Named changes, each of which may set several knobs. */
    record Changes(String label, List<Change> changes) implements Axis {
        public Changes {
            changes = List.copyOf(changes);
        }

        @Override
        public Object raw() {
            List<Object> rows = new ArrayList<>();
            for (Change change : changes) {
                Map<String, Object> row = new LinkedHashMap<>();
                row.put("name", change.name());
                row.put("change", change.settings().raw());
                rows.add(row);
            }
            return rows;
        }
    }

    /**
     * Numbers from one to another, both included; only for random draws. Whole numbers where the knob takes such.
     *
     * @param log whether equal ratios are equally likely, rather than equal differences
     * @param step the distance of the values that may be drawn, counted from {@code from}; 0 for none
     */
    record Range(Knob<?> knob, double from, double to, boolean log, double step) implements Axis {
        /** The same range with equal ratios equally likely. */
        public Range logarithmic() {
            return new Range(knob, from, to, true, step);
        }

        /** The same range in steps. */
        public Range step(double distance) {
            return new Range(knob, from, to, log, distance);
        }

        @Override
        public String label() {
            return knob.name();
        }

        /** Whether the knob takes whole numbers only. */
        public boolean whole() {
            return whole(knob);
        }

        /** Whether the knob takes numbers at all. */
        public boolean numeric() {
            Object raw = byDefault(knob);
            return raw instanceof Long || raw instanceof Double;
        }

        private static boolean whole(Knob<?> knob) {
            return byDefault(knob) instanceof Long;
        }

        private static <V> Object byDefault(Knob<V> knob) {
            return knob.domain().render(knob.defaultValue());
        }

        @Override
        public Object raw() {
            Map<String, Object> raw = new LinkedHashMap<>();
            raw.put("from", number(from));
            raw.put("to", number(to));
            if (log) {
                raw.put("scale", "log");
            }
            if (step > 0) {
                raw.put("step", number(step));
            }
            return raw;
        }

        private static Object number(double value) {
            boolean whole = value == Math.rint(value) && Math.abs(value) < 1e15;
            return whole ? (Object) (long) value : (Object) value;
        }
    }
}
