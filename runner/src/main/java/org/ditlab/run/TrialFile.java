package org.ditlab.run;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.ditlab.knob.Knob;
import org.ditlab.knob.Setting;
import org.ditlab.knob.Settings;
import org.ditlab.store.TrialDirectory;
import org.ditlab.study.Knobs;
import org.ditlab.study.plan.Stage;
import org.ditlab.study.plan.StageKind;
import org.ditlab.study.plan.Trial;

/** Reads {@code trial.json} back into a trial. */
final class TrialFile {
    private TrialFile() {}

    static Trial read(TrialDirectory directory, Knobs knobs) throws IOException {
        Map<String, Object> json = directory.trial();
        List<Setting<?>> settings = new ArrayList<>();
        for (Map.Entry<?, ?> entry : ((Map<?, ?>) json.get("settings")).entrySet()) {
            String name = String.valueOf(entry.getKey());
            Knob<?> knob = knobs.find(name)
                    .orElseThrow(() -> new IOException(directory.trialFile() + ": there is no knob " + name));
            settings.add(knob.parse(entry.getValue()));
        }
        List<Stage> stages = new ArrayList<>();
        for (Object item : (List<?>) json.get("stages")) {
            Map<?, ?> stage = (Map<?, ?>) item;
            List<String> uses = new ArrayList<>();
            ((List<?>) stage.get("uses")).forEach(used -> uses.add(String.valueOf(used)));
            stages.add(new Stage(
                    StageKind.valueOf(String.valueOf(stage.get("kind")).toUpperCase(Locale.ROOT)),
                    String.valueOf(stage.get("hash")),
                    Map.of(),
                    uses));
        }
        return new Trial(
                String.valueOf(json.get("trial")),
                String.valueOf(json.get("variant")),
                ((Number) json.get("replicate")).intValue(),
                ((Number) json.get("seed")).longValue(),
                Settings.empty().with(settings),
                stages);
    }
}
