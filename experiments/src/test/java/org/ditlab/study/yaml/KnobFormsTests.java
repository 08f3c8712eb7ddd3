package org.ditlab.study.yaml;

import org.ditlab.study.Knobs;
import org.ditlab.study.RecipeFixture;

class KnobFormsTests extends KnobFormsContract {
    @Override
    protected Knobs knobs() {
        return RecipeFixture.knobs();
    }
}
