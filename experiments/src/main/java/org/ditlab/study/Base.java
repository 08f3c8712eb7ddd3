package org.ditlab.study;

import org.ditlab.knob.Setting;
import org.ditlab.knob.Settings;

/**
 * What variants start from: a model of the zoo, with some architecture knobs set otherwise.
 *
 * @param model a name of {@link org.ditlab.model.ModelZoo}
 * @param overrides architecture knobs only
 */
public record Base(String model, Settings overrides) {
    /**
     * A model with settings laid over its preset.
     *
     * @throws StudyException when a knob is set twice
     */
    public static Base of(String model, Setting<?>... overrides) {
        return new Base(model, Change.distinct("base", overrides));
    }
}
