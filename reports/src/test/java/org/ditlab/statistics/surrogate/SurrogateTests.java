package org.ditlab.statistics.surrogate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SurrogateTests {
    private static final Factor WIDTH = new Factor("width", List.of("96", "192", "384"), List.of(96.0, 192.0, 384.0));
    private static final Factor FFN = new Factor("ffn", List.of("mlp", "conv"), List.of());
    private static final Factor IDLE = new Factor("idle", List.of("a", "b"), List.of());

    /** Width is worth 20, the convolution 5, the third knob nothing. */
    private static Design design(int n) {
        List<int[]> rows = new ArrayList<>();
        double[] values = new double[n];
        Random random = new Random(5);
        for (int i = 0; i < n; i++) {
            int[] row = {i % 3, i / 3 % 2, random.nextInt(2)};
            rows.add(row);
            values[i] = 60 - 10 * row[0] - 5 * row[1] + 0.2 * random.nextGaussian();
        }
        return new Design(List.of(WIDTH, FFN, IDLE), rows, values);
    }

    @Test
    void ranksKnobsByWhatTheyAreWorth() {
        Surrogate surrogate = Surrogate.of(design(60), 5);

        assertThat(surrogate.useful()).isTrue();
        assertThat(surrogate.error(surrogate.better())).isLessThan(1);
        assertThat(surrogate.errorOfTheMean()).isBetween(8.0, 9.5);
        for (SurrogateKind kind : SurrogateKind.values()) {
            List<Double> importance = surrogate.importance().get(kind);
            assertThat(importance.get(0)).isGreaterThan(importance.get(1) + 2);
            assertThat(importance.get(1)).isGreaterThan(1);
            assertThat(importance.get(2)).isEqualTo(0, within(0.2));
        }
    }

    @Test
    void suggestsWhatWasNotTried() {
        List<int[]> rows = List.of(
                new int[] {0, 0, 0},
                new int[] {1, 0, 0},
                new int[] {2, 0, 0},
                new int[] {0, 1, 0},
                new int[] {0, 0, 1},
                new int[] {1, 1, 0},
                new int[] {1, 0, 1});
        Design design = new Design(List.of(WIDTH, FFN, IDLE), rows, new double[] {60, 50, 40, 55, 60, 45, 50});

        List<Candidate> candidates = Surrogate.of(design, 3).candidates();

        assertThat(candidates).hasSize(3);
        for (Candidate candidate : candidates) {
            assertThat(rows).noneMatch(row -> Arrays.equals(row, candidate.levels()));
            assertThat(candidate.score()).isGreaterThanOrEqualTo(candidate.disagreement());
        }
        assertThat(candidates.get(0).score())
                .isGreaterThanOrEqualTo(candidates.get(2).score());
    }

    @Test
    void noiseIsNotCalledKnowledge() {
        List<int[]> rows = new ArrayList<>();
        double[] values = new double[30];
        Random random = new Random(3);
        for (int i = 0; i < 30; i++) {
            rows.add(new int[] {i % 3, i / 3 % 2, i / 6 % 2});
            values[i] = random.nextGaussian();
        }

        assertThat(Surrogate.of(new Design(List.of(WIDTH, FFN, IDLE), rows, values), 1)
                        .useful())
                .isFalse();
    }

    @Test
    void theSameDesignGivesTheSameNumbers() {
        Surrogate first = Surrogate.of(design(24), 4);
        Surrogate second = Surrogate.of(design(24), 4);

        assertThat(second.errors()).isEqualTo(first.errors());
        assertThat(second.importance()).isEqualTo(first.importance());
        assertThat(second.provenance()).isEqualTo(first.provenance());
        assertThat(second.candidates().stream().map(Candidate::score).toList())
                .isEqualTo(first.candidates().stream().map(Candidate::score).toList());
    }

    @Test
    void provenanceNamesTrainersAndNoMachine() {
        String text = Surrogate.of(design(12), 1).provenance().toString();

        assertThat(text)
                .contains("ElasticNetCDTrainer", "CARTRegressionTrainer", "RandomForestTrainer", "seed", "4.3.2")
                .doesNotContain("java-version", "os-", "trained-at", "T00:00");
    }

    @Test
    void tooFewRowsAreRefused() {
        assertThatThrownBy(() -> Surrogate.of(design(5), 1)).hasMessageContaining("at least 6");
    }
}
