package org.ditlab.study.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.ditlab.model.ModelCost;
import org.ditlab.model.ModelZoo;
import org.ditlab.study.plan.Plan;
import org.ditlab.study.plan.Planner;
import org.ditlab.study.plan.StageKind;
import org.ditlab.study.spi.UserFiles;
import org.junit.jupiter.api.Test;

/** The studies of the U-DiT paper, planned without data: their changes lead to exactly the zoo's models. */
class PaperStudiesTests {
    private static Plan plan(String study) {
        Path root = Path.of(System.getProperty("ditlab.root"));
        return Planner.installed(UserFiles.NONE)
                .plan(StudyYaml.read(root.resolve("experiments/studies/" + study + ".yaml")));
    }

    private static void assertCosts(String study, Map<String, String> models) {
        Plan plan = plan(study);
        models.forEach((variant, model) -> assertThat(plan.costs())
                .contains(entry(variant, ModelCost.of(ModelZoo.find(model).orElseThrow()))));
    }

    @Test
    void theLadderEndsAtUDiTT() {
        Map<String, String> models = new LinkedHashMap<>();
        models.put("base", "DiT-S/4");
        models.put("DiT-UNet", "DiT-UNet");
        models.put("DiT-UNet (Slim)", "DiT-UNet (Slim)");
        models.put("U-DiT-T (vanilla)", "U-DiT-T (vanilla)");
        models.put("+ cosine similarity", "U-DiT-T +cos");
        models.put("+ RoPE2D", "U-DiT-T +cos +rope");
        models.put("+ depthwise FFN", "U-DiT-T +cos +rope +dwffn");
        models.put("+ re-parametrisation", "U-DiT-T");
        assertCosts("udit-ladder", models);
    }

    @Test
    void everySizeOfTheScalingStudyIsTheZoos() {
        Map<String, String> models = new LinkedHashMap<>();
        plan("scaling").variants().stream()
                .filter(variant -> !variant.name().equals("untrained"))
                .forEach(variant -> models.put(variant.name(), variant.name()));
        assertThat(models).hasSize(8);
        assertCosts("scaling", models);
    }

    @Test
    void tokenDownsamplingIsTheVanillaModel() {
        assertCosts(
                "kv-versus-qkv",
                Map.of("full attention", "DiT-UNet", "queries, keys and values; depthwise", "U-DiT-T (vanilla)"));
        assertCosts("downsampler", Map.of("depthwise with shortcut", "U-DiT-T (vanilla)"));
    }

    @Test
    void theSmallLadderCostsAboutATwentieth() {
        Map<String, ModelCost> small = plan("udit-ladder-mini").costs();
        Map<String, ModelCost> large = plan("udit-ladder").costs();

        assertThat(small.get("base").macs()).isBetween(50_000_000L, 70_000_000L);
        for (String variant : new String[] {"base", "DiT-UNet", "+ depthwise FFN", "+ re-parametrisation"}) {
            double part =
                    (double) small.get(variant).macs() / large.get(variant).macs();
            assertThat(part).as(variant).isBetween(0.04, 0.07);
        }
    }

    @Test
    void latentsAreTrainedAndNoMore() {
        Plan plan = plan("udit-ladder");

        assertThat(plan.missing()).isNotEmpty();
        assertThat(plan.stages()).allMatch(stage -> stage.kind() == StageKind.TRAIN);
        assertThat(plan.warnings()).hasSize(1).anyMatch(text -> text.startsWith("latents need a decoder"));
    }
}
