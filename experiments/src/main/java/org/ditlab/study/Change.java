package org.ditlab.study;

import java.util.List;
import org.ditlab.knob.Setting;
import org.ditlab.knob.Settings;

/**
 * A named list of knob settings; data, never code, so that it can be replayed, left out, hashed, compared and saved. Any
 * knob may change: of the architecture, of training, of sampling.
 *
 * @param name what the table's row is called
 * @param settings what is set; their order has no meaning
 */
public record Change(String name, Settings settings) {
    /**
     * A change made of settings.
     *
     * @throws StudyException when a knob is set twice
     */
    public static Change of(String name, Setting<?>... settings) {
        return new Change(name, distinct(name, settings));
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
