package org.ditlab.study;

import java.util.List;
import org.ditlab.knob.Setting;
import org.ditlab.knob.Settings;
import org.jspecify.annotations.Nullable;

/**
 * A named list of knob settings; data, never code, so that it can be replayed, left out, hashed, compared and saved. Any
 * knob may change: of the architecture, of training, of sampling.
 *
 * @param name what the table's row is called
 * @param settings what is set; their order has no meaning
 * @param match a further setting whose value is found when the study is planned, or null
 * @param dependents names of changes that have no meaning without this one: they are left out with it, and it is added
 *     with them
 */
public record Change(
        String name, Settings settings, @Nullable Match match, List<String> dependents) {
    public Change {
        dependents = List.copyOf(dependents);
    }

    /** A change on which no other depends. */
    public Change(String name, Settings settings, @Nullable Match match) {
        this(name, settings, match, List.of());
    }

    /**
     * A change made of settings.
     *
     * @throws StudyException when a knob is set twice
     */
    public static Change of(String name, Setting<?>... settings) {
        return new Change(name, distinct(name, settings), null);
    }

    /** This change with a knob solved so that the cost meets another. */
    public Change matching(Match other) {
        return new Change(name, settings, other, dependents);
    }

    /** This change, with which others are left out. */
    public Change with(String... names) {
        return new Change(name, settings, match, List.of(names));
    }

    static Settings distinct(String owner, Setting<?>... settings) {
        Settings all = Settings.of(settings);
        if (all.all().size() != settings.length) {
            List<String> twice = List.of(settings).stream()
                    .map(setting -> setting.knob().name())
                    .toList();
            throw new StudyException(
                    owner + " sets a knob twice: " + String.join(", ", twice) + "; expected each once");
        }
        return all;
    }
}
