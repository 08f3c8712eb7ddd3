package org.ditlab.knob;

import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** An immutable choice of knob values; what is not set has its knob's default. Ordered by knob name. */
public final class Settings {
    private static final Settings EMPTY = new Settings(new Setting<?>[0]);

    /** By knob name, each name once. */
    private final Setting<?>[] sorted;

    /** 0 until it is asked for; threads that meet here find the same. */
    private int hash;

    private Settings(Setting<?>[] sorted) {
        this.sorted = sorted;
    }

    public static Settings empty() {
        return EMPTY;
    }

    public static Settings of(Setting<?>... settings) {
        return EMPTY.with(List.of(settings));
    }

    /** These settings with others laid over them. */
    public Settings with(Collection<Setting<?>> others) {
        TreeMap<String, Setting<?>> byName = new TreeMap<>();
        others.forEach(setting -> byName.put(setting.knob().name(), setting));
        return merged(byName.values().toArray(new Setting<?>[0]));
    }

    public Settings with(Setting<?>... others) {
        return with(List.of(others));
    }

    public Settings with(Settings others) {
        return merged(others.sorted);
    }

    /** Others are sorted, too. */
    private Settings merged(Setting<?>[] others) {
        Setting<?>[] merged = new Setting<?>[sorted.length + others.length];
        int size = 0;
        int own = 0;
        for (Setting<?> other : others) {
            while (own < sorted.length && name(sorted[own]).compareTo(name(other)) < 0) {
                merged[size++] = sorted[own++];
            }
            if (own < sorted.length && name(sorted[own]).equals(name(other))) {
                own++;
            }
            merged[size++] = other;
        }
        while (own < sorted.length) {
            merged[size++] = sorted[own++];
        }
        return new Settings(Arrays.copyOf(merged, size));
    }

    /** The value set here, else the knob's default. */
    @SuppressWarnings("unchecked") // A setting of this name was made by a knob of this name and type.
    public <V> V get(Knob<V> knob) {
        Setting<?> setting = find(knob.name());
        return setting == null ? knob.defaultValue() : (V) setting.value();
    }

    public boolean isSet(Knob<?> knob) {
        return find(knob.name()) != null;
    }

    /** Only the settings whose knob passes. */
    public Settings filter(Predicate<Knob<?>> keep) {
        Setting<?>[] kept = new Setting<?>[sorted.length];
        int size = 0;
        for (Setting<?> setting : sorted) {
            if (keep.test(setting.knob())) {
                kept[size++] = setting;
            }
        }
        return size == sorted.length ? this : new Settings(Arrays.copyOf(kept, size));
    }

    public Collection<Setting<?>> all() {
        return List.of(sorted);
    }

    /** Canonical raw values by knob name, sorted. */
    public Map<String, Object> raw() {
        Map<String, Object> raw = new LinkedHashMap<>();
        for (Setting<?> setting : sorted) {
            raw.put(name(setting), setting.raw());
        }
        return raw;
    }

    /** The canonical raw value of the knob of this name; null where it is not set. */
    public @Nullable Object raw(String knob) {
        Setting<?> setting = find(knob);
        return setting == null ? null : setting.raw();
    }

    private @Nullable Setting<?> find(String knob) {
        int low = 0;
        int high = sorted.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = name(sorted[middle]).compareTo(knob);
            if (order == 0) {
                return sorted[middle];
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return null;
    }

    private static String name(Setting<?> setting) {
        return setting.knob().name();
    }

    /** Settings are equal where their names and raw values are. */
    @Override
    public boolean equals(Object other) {
        if (this == other) {
            return true;
        }
        if (!(other instanceof Settings settings)
                || sorted.length != settings.sorted.length
                || hashCode() != settings.hashCode()) {
            return false;
        }
        for (int i = 0; i < sorted.length; i++) {
            Setting<?> one = sorted[i];
            Setting<?> two = settings.sorted[i];
            if (one != two && !(name(one).equals(name(two)) && one.raw().equals(two.raw()))) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int hashCode() {
        int known = hash;
        if (known == 0) {
            for (Setting<?> setting : sorted) {
                known = 31 * (31 * known + name(setting).hashCode())
                        + setting.raw().hashCode();
            }
            hash = known;
        }
        return known;
    }

    @Override
    public String toString() {
        return Arrays.toString(sorted);
    }
}
