package org.ditlab.knob;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** An immutable choice of knob values; what is not set has its knob's default. Ordered by knob name. */
public final class Settings {
    private static final Settings EMPTY = new Settings(new TreeMap<>());

    private final TreeMap<String, Setting<?>> byName;

    private Settings(TreeMap<String, Setting<?>> byName) {
        this.byName = byName;
    }

    public static Settings empty() {
        return EMPTY;
    }

    public static Settings of(Setting<?>... settings) {
        return EMPTY.with(List.of(settings));
    }

    /** These settings with others laid over them. */
    public Settings with(Collection<Setting<?>> others) {
        TreeMap<String, Setting<?>> copy = new TreeMap<>(byName);
        others.forEach(setting -> copy.put(setting.knob().name(), setting));
        return new Settings(copy);
    }

    public Settings with(Setting<?>... others) {
        return with(List.of(others));
    }

    public Settings with(Settings others) {
        return with(others.byName.values());
    }

    /** The value set here, else the knob's default. */
    @SuppressWarnings("unchecked") // A setting of this name was made by a knob of this name and type.
    public <V> V get(Knob<V> knob) {
        Setting<?> setting = byName.get(knob.name());
        return setting == null ? knob.defaultValue() : (V) setting.value();
    }

    public boolean isSet(Knob<?> knob) {
        return byName.containsKey(knob.name());
    }

    /** Only the settings whose knob passes. */
    public Settings filter(Predicate<Knob<?>> keep) {
        TreeMap<String, Setting<?>> copy = new TreeMap<>();
        byName.forEach((name, setting) -> {
            if (keep.test(setting.knob())) {
                copy.put(name, setting);
            }
        });
        return new Settings(copy);
    }

    public Collection<Setting<?>> all() {
        return List.copyOf(byName.values());
    }

    /** Canonical raw values by knob name, sorted. */
    public Map<String, Object> raw() {
        Map<String, Object> raw = new TreeMap<>();
        byName.forEach((name, setting) -> raw.put(name, setting.raw()));
        return raw;
    }

    /** The canonical raw value of the knob of this name; null where it is not set. */
    public @Nullable Object raw(String knob) {
        Setting<?> setting = byName.get(knob);
        return setting == null ? null : setting.raw();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Settings settings && raw().equals(settings.raw());
    }

    @Override
    public int hashCode() {
        return raw().hashCode();
    }

    @Override
    public String toString() {
        return byName.values().toString();
    }
}
