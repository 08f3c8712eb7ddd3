package org.ditlab.knob;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * A typed, documented coordinate of an architecture or a recipe. Knobs are constants of the room that reads them;
 * {@link #name} is the word in YAML ({@code patch}, {@code train.steps}).
 *
 * @param name dotted, lower case, hyphens within words
 * @param defaultValue what holds where a study is silent
 * @param description one or two sentences for {@code ditlab explain}
 * @param source paper and section, or empty
 * @param identity whether it is part of the content hash; false for what cannot change results (worker count, log
 *     interval)
 * @param requirements what must hold of other knobs where this one differs from its default
 */
public record Knob<V>(
        String name,
        Domain<V> domain,
        V defaultValue,
        String description,
        String source,
        boolean identity,
        List<Requirement> requirements) {

    /** A knob that is part of the content hash. */
    public static <V> Knob<V> identity(
            String name, Domain<V> domain, V defaultValue, String description, String source) {
        return new Knob<>(name, domain, defaultValue, description, source, true, List.of());
    }

    /** A knob that is not part of the content hash. */
    public static <V> Knob<V> stateless(String name, Domain<V> domain, V defaultValue, String description) {
        return new Knob<>(name, domain, defaultValue, description, "", false, List.of());
    }

    /** The same knob with one requirement more. */
    public Knob<V> requiring(String text, Predicate<Settings> holds) {
        List<Requirement> more = new ArrayList<>(requirements);
        more.add(new Requirement(text, holds));
        return new Knob<>(name, domain, defaultValue, description, source, identity, List.copyOf(more));
    }

    /** The requirements that do not hold beside these settings. */
    public List<Requirement> unmet(Settings settings) {
        if (requirements.isEmpty()) {
            return List.of();
        }
        return requirements.stream()
                .filter(requirement -> !requirement.holds().test(settings))
                .toList();
    }

    public Setting<V> to(V value) {
        return new Setting<>(this, value);
    }

    /** Reads a raw value into a setting. */
    public Setting<V> parse(Object raw) {
        return to(domain.parse(raw));
    }

    /** Two knobs are the same when their names are. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Knob<?> knob && name.equals(knob.name);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }
}
