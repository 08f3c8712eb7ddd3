package org.ditlab.study.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.ditlab.model.ArchitectureKnobs.HEADS;
import static org.ditlab.model.ArchitectureKnobs.WIDTH;

import java.util.List;
import java.util.Locale;
import org.ditlab.knob.Settings;
import org.ditlab.model.ModelZoo;
import org.ditlab.study.Knobs;
import org.ditlab.study.StudyException;
import org.ditlab.study.spi.DataSummary;
import org.ditlab.study.yaml.StudyYaml;
import org.junit.jupiter.api.Test;

/** Matches of the U-DiT paper: on latents of 256 pixels and 1000 classes. */
class UDitMatchTests {
    private static Plan plan(String change, String match) {
        Knobs knobs = Knobs.with(List.of());
        String study = "study: matches\nbase: { model: DiT-UNet }\n" + "list: [ { name: v, change: { " + change
                + " }, match: { " + match + " } } ]\n";
        return new Planner(knobs, settings -> new DataSummary("latents", "fingerprint", 4, 32, 32, 1000, 1))
                .plan(StudyYaml.read(study, "matches.yaml", knobs));
    }

    @Test
    void theSlimUNetIsFoundFromTheCostOfUDit() {
        Plan plan = plan("", "gmacs: U-DiT-T (vanilla), within: 2%, solve: width");
        Settings slim = plan.trials().get(0).settings();

        assertThat(slim.get(WIDTH)).isEqualTo(36);
        assertThat(slim.get(WIDTH))
                .isEqualTo(ModelZoo.find("DiT-UNet (Slim)").orElseThrow().get(WIDTH));
        assertThat(slim.get(HEADS)).isEqualTo(2);
        assertThat(String.format(Locale.ROOT, "%.3f", plan.costs().get("v").macs() / 1e9))
                .isEqualTo("0.905");
        assertThat(String.format(Locale.ROOT, "%.2f", plan.costs().get("v").macsTorchprofile() / 1e9))
                .as("as the paper prints it")
                .isEqualTo("0.92");
    }

    @Test
    void aRotationNeedsHeadsOfFourAndNothingElseDoes() {
        assertThat(plan("position: rope2d", "gmacs: U-DiT-T (vanilla), within: 20%, solve: width")
                        .trials()
                        .get(0)
                        .settings()
                        .get(WIDTH))
                .as("36 has heads of 18")
                .isEqualTo(32);
        assertThatExceptionOfType(StudyException.class)
                .isThrownBy(() -> plan("position: rope2d", "gmacs: U-DiT-T (vanilla), within: 2%, solve: width"))
                .withMessageContaining("the nearest are width = 32 with 0.7647 GMACs (-15.2 %) and width = 40 with");
    }

    @Test
    void depthHasNoEffectOnAU() {
        assertThatExceptionOfType(StudyException.class)
                .isThrownBy(() -> plan("", "gmacs: U-DiT-T (vanilla), within: 2%, solve: depth"))
                .withMessageContaining(
                        "depth does not change the cost of this variant (1.386 GMACs); solve width or mlp-ratio instead");
    }
}
