package org.ditlab.run;

import org.ditlab.study.Knobs;
import org.ditlab.study.yaml.KnobFormsContract;

/** Every knob of the installed rooms, from YAML and from Java. */
class RunnerKnobsTests extends KnobFormsContract {
    @Override
    protected Knobs knobs() {
        return Knobs.installed();
    }
}
