package org.ditlab.study;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ditlab.knob.Domain;
import org.ditlab.knob.Domains;
import org.ditlab.knob.Knob;
import org.ditlab.model.ArchitectureKnobs;

/**
 * "Solve this knob so that the GMACs equal those, within p percent": a part of a {@link Change} whose value is found when
 * the study is planned. GMACs are pure multiply-accumulates of one (folded) forward pass at batch 1,
 * {@link org.ditlab.model.ModelCost#macs}, in billions.
 *
 * @param target the cost that is to be met
 * @param percent the most that the solved cost may deviate from it, relative to it
 * @param knob what is solved: {@code width}, {@code depth} or {@code mlp-ratio}
 */
public record Match(MatchTarget target, double percent, Knob<?> knob) {
    /** The tolerances that a match may have. */
    public static final Domain<Double> WITHIN = Domains.percent(0, 100);

    /** The knobs that can be solved, each a number that the cost grows with. */
    public static final List<Knob<?>> SOLVABLE =
            List.of(ArchitectureKnobs.WIDTH, ArchitectureKnobs.DEPTH, ArchitectureKnobs.MLP_RATIO);

    /** The names of the knobs that can be solved. */
    public static List<String> words() {
        return SOLVABLE.stream().map(Knob::name).toList();
    }

    /** Raw values in the layout of the YAML form: {@code gmacs}, {@code within}, {@code solve}. */
    public Map<String, Object> raw() {
        Map<String, Object> raw = new LinkedHashMap<>();
        raw.put("gmacs", target.raw());
        raw.put("within", WITHIN.render(percent));
        raw.put("solve", knob.name());
        return raw;
    }
}
