package org.ditlab.study.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.ditlab.model.ArchitectureKnobs.DEPTH;
import static org.ditlab.model.ArchitectureKnobs.HEADS;
import static org.ditlab.model.ArchitectureKnobs.WIDTH;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.ditlab.knob.Domain;
import org.ditlab.knob.Domains;
import org.ditlab.knob.Knob;
import org.ditlab.knob.Setting;
import org.ditlab.model.ModelCost;
import org.ditlab.study.Axis;
import org.ditlab.study.Knobs;
import org.ditlab.study.RecipeFixture;
import org.ditlab.study.Study;
import org.junit.jupiter.api.Test;

/** How often planning does what costs time: once for each thing that differs, not for each trial. */
class PlanEffortTests {
    private int rendered;
    private int traced;
    private int looked;

    private final Knob<Integer> counted = Knob.identity("train.counted", counting(Domains.integer(0, 9)), 3, "", "");

    private <V> Domain<V> counting(Domain<V> domain) {
        return new Domain<>() {
            @Override
            public V parse(Object raw) {
                return domain.parse(raw);
            }

            @Override
            public Object render(V value) {
                rendered++;
                return domain.render(value);
            }

            @Override
            public String describe() {
                return domain.describe();
            }

            @Override
            public Map<String, Object> schema() {
                return domain.schema();
            }
        };
    }

    private static <V> Axis over(Knob<V> knob, List<V> values) {
        return new Axis.Values(knob, values.stream().<Setting<?>>map(knob::to).toList());
    }

    private Plan plan(int rates, int seeds) {
        List<Knob<?>> recipe = new ArrayList<>(RecipeFixture.all());
        recipe.add(counted);
        rendered = 0;
        traced = 0;
        looked = 0;
        Planner planner = new Planner(Knobs.with(recipe), settings -> {
                    looked++;
                    return PlanFixture.shapes(settings);
                })
                .cost(settings -> {
                    traced++;
                    return ModelCost.of(settings);
                });
        List<Double> values =
                IntStream.rangeClosed(1, rates).mapToObj(i -> i * 1e-5).toList();
        return planner.plan(Study.named("effort")
                .base("DiT-S/4", DEPTH.to(1), WIDTH.to(48), HEADS.to(4))
                .with(RecipeFixture.SIZE.to(16))
                .grid(over(WIDTH, List.of(48, 96, 144)), over(RecipeFixture.LEARNING_RATE, values))
                .seeds(seeds)
                .spec());
    }

    @Test
    void anArchitectureIsTracedOnceWhateverTheRecipesAndSeeds() {
        for (int rates : new int[] {1, 20}) {
            for (int seeds : new int[] {1, 5}) {
                Plan plan = plan(rates, seeds);

                assertThat(plan.trials()).hasSize(3 * rates * seeds + 1);
                assertThat(traced).as("three widths").isEqualTo(3);
                assertThat(looked).as("one data set").isEqualTo(1);
            }
        }
    }

    @Test
    void aKnobThatNobodyChangesIsRenderedOnce() {
        plan(20, 5);

        assertThat(rendered).isEqualTo(1);
    }

    @Test
    void replicatesShareAllOfTheirIdentitiesButTheSeed() {
        Plan plan = plan(2, 3);

        for (Trial trial : plan.trials()) {
            List<Trial> same = plan.trials().stream()
                    .filter(other -> other.variant().equals(trial.variant()))
                    .toList();
            assertThat(same)
                    .allSatisfy(other -> assertThat(
                                    other.stage(StageKind.TRAIN).identity().get("settings"))
                            .isSameAs(trial.stage(StageKind.TRAIN).identity().get("settings")));
            assertThat(same).extracting(Trial::hash).doesNotHaveDuplicates();
        }
    }
}
