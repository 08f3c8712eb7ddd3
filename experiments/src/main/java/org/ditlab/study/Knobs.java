package org.ditlab.study;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.TreeMap;
import org.ditlab.knob.Knob;
import org.ditlab.model.ArchitectureKnobs;
import org.ditlab.study.spi.Catalog;

/** All knobs there are, by name: those of the architecture, and those that the rooms above offer through {@link Catalog}. */
public final class Knobs {
    private final Map<String, Knob<?>> byName;

    private Knobs(Collection<? extends Knob<?>> knobs) {
        Map<String, Knob<?>> index = new TreeMap<>();
        for (Knob<?> knob : knobs) {
            if (index.put(knob.name(), knob) != null) {
                throw new IllegalStateException("two knobs are named " + knob.name());
            }
        }
        byName = Collections.unmodifiableMap(index);
    }

    /** The architecture's knobs and those of every catalog on the class path. */
    public static Knobs installed() {
        List<Knob<?>> recipe = new ArrayList<>();
        ServiceLoader.load(Catalog.class).forEach(catalog -> recipe.addAll(catalog.knobs()));
        return with(recipe);
    }

    /** The architecture's knobs and these recipe knobs. */
    public static Knobs with(Collection<? extends Knob<?>> recipe) {
        List<Knob<?>> all = new ArrayList<>(ArchitectureKnobs.all());
        all.addAll(recipe);
        return new Knobs(all);
    }

    /** Every knob, ordered by name. */
    public Collection<Knob<?>> all() {
        return byName.values();
    }

    /** The knobs of one section, ordered by name. */
    public List<Knob<?>> of(Section section) {
        return byName.values().stream()
                .filter(knob -> Section.of(knob) == section)
                .toList();
    }

    public Optional<Knob<?>> find(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /** All names, sorted. */
    public Collection<String> names() {
        return byName.keySet();
    }
}
