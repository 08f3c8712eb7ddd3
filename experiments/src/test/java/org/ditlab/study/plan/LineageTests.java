package org.ditlab.study.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LineageTests {
    private static Map<String, Object> identity(long seed, Object... recipe) {
        Map<String, Object> settings = new LinkedHashMap<>();
        for (int i = 0; i < recipe.length; i += 2) {
            settings.put((String) recipe[i], recipe[i + 1]);
        }
        return Map.of("kind", "train", "settings", settings, "seed", seed, "uses", List.of());
    }

    private static Lineage lineage(long seed, Object... recipe) {
        return Lineage.of(identity(seed, recipe)).orElseThrow();
    }

    @Test
    void onlyStepsAndSnapshotsDoNotCount() {
        Lineage shorter = lineage(1, "train.steps", 1000L, "train.batch", 8L);

        assertThat(lineage(1, "train.steps", 2000, "train.batch", 8, "train.snapshots", List.of(500)))
                .isEqualTo(new Lineage(shorter.hash(), 2000, List.of(500L)));
        assertThat(lineage(2, "train.steps", 1000L, "train.batch", 8L).hash()).isNotEqualTo(shorter.hash());
        assertThat(lineage(1, "train.steps", 1000L, "train.batch", 16L).hash()).isNotEqualTo(shorter.hash());
    }

    @Test
    void aRateThatFallsToTheEndHasNone() {
        String schedule = "train.learning-rate-schedule";

        assertThat(Lineage.of(identity(1, "train.steps", 1, schedule, "constant")))
                .isPresent();
        assertThat(Lineage.of(identity(1, "train.steps", 1, schedule, "cosine")))
                .isEmpty();
        assertThat(Lineage.of(identity(1, "train.steps", 1, schedule, "linear")))
                .isEmpty();
    }

    @Test
    void otherStagesAndWhatIsNoIdentityHaveNone() {
        assertThat(Lineage.of(Map.of())).isEmpty();
        assertThat(Lineage.of(Map.of("kind", "sample", "settings", Map.of("train.steps", 1))))
                .isEmpty();
        assertThat(Lineage.of(Map.of("kind", "train", "settings", new ArrayList<>())))
                .isEmpty();
        assertThat(Lineage.of(Map.of("kind", "train", "settings", Map.of("train.steps", "many"))))
                .isEmpty();
    }

    @Test
    void aStateServesUpToTheEndWhereNoSnapshotBeforeItIsLost() {
        Lineage longer = new Lineage("h", 2000, List.of(500L, 1000L, 1500L));

        assertThat(longer.canContinue(new Lineage("other", 1000, List.of(500L)), 1000))
                .isFalse();
        assertThat(longer.canContinue(new Lineage("h", 1000, List.of()), 400)).isTrue();
        assertThat(longer.canContinue(new Lineage("h", 1000, List.of()), 500)).isFalse();
        assertThat(longer.canContinue(new Lineage("h", 1000, List.of(500L)), 1000))
                .isTrue();
        assertThat(longer.canContinue(new Lineage("h", 4000, List.of(500L, 1000L, 1500L)), 2000))
                .isTrue();
        assertThat(longer.canContinue(new Lineage("h", 4000, List.of(500L, 1000L, 1500L)), 2001))
                .isFalse();
        assertThat(longer.canContinue(new Lineage("h", 4000, List.of()), 0)).isFalse();
    }
}
