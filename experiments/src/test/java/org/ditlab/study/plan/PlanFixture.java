package org.ditlab.study.plan;

import static org.ditlab.model.ArchitectureKnobs.DEPTH;
import static org.ditlab.model.ArchitectureKnobs.HEADS;
import static org.ditlab.model.ArchitectureKnobs.PATCH;
import static org.ditlab.model.ArchitectureKnobs.WIDTH;
import static org.ditlab.study.Study.control;
import static org.ditlab.study.Study.rung;

import org.ditlab.knob.Settings;
import org.ditlab.study.RecipeFixture;
import org.ditlab.study.Study;
import org.ditlab.study.spi.DataSummary;

/** A small ladder and a data set that answers to its size. */
final class PlanFixture {
    private PlanFixture() {}

    static DataSummary shapes(Settings settings) {
        int size = settings.get(RecipeFixture.SIZE);
        return new DataSummary(
                "shapes-" + size, "fingerprint-" + size, 3, size, size, 10, settings.get(RecipeFixture.IMAGES));
    }

    static Planner planner() {
        return new Planner(RecipeFixture.knobs(), PlanFixture::shapes);
    }

    static Study ladder() {
        return Study.named("small-ladder")
                .base("DiT-S/4", DEPTH.to(2), WIDTH.to(48), HEADS.to(4))
                .with(RecipeFixture.SIZE.to(16), RecipeFixture.STEPS.to(1000), RecipeFixture.BATCH.to(64))
                .ladder(
                        rung("patch 2", PATCH.to(2)),
                        control("narrow", WIDTH.to(24)).of("patch 2"),
                        rung("deeper", DEPTH.to(3)))
                .seeds(2);
    }
}
