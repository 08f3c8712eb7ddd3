package org.ditlab.run.halving;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.ditlab.store.StageDirectory;

class DecisionTests {
    private static Decision decide(int factor, double value, Double... others) {
        return Decision.of("policy", 10, "train.loss", value, List.of(others), factor, 1.5);
    }

    @Example
    void closedForm() {
        assertThat(decide(3, 9.0).stops()).as("alone").isFalse();
        assertThat(decide(3, 9.0, 1.0).stops()).as("two of three").isFalse();
        assertThat(decide(3, 9.0, 1.0, 2.0).stops()).as("third of three").isTrue();
        assertThat(decide(3, 2.0, 1.0, 9.0).stops()).as("second of three").isTrue();
        assertThat(decide(3, 1.0, 2.0, 9.0).stops()).as("best of three").isFalse();
        assertThat(decide(3, 2.0, 1.0, 9.0, 8.0).stops())
                .as("second of four: two go on")
                .isFalse();
        assertThat(decide(2, 2.0, 1.0).stops()).as("second of two").isTrue();
        assertThat(decide(2, 9.0, 1.0, 2.0).place().rank()).isEqualTo(3);
        assertThat(decide(2, 9.0, 1.0, 2.0).place().of()).isEqualTo(3);
    }

    @Example
    void equalValuesShareTheBetterRankAndWhatIsNotANumberComesLast() {
        assertThat(decide(3, 1.0, 1.0, 1.0).place().rank()).isEqualTo(1);
        assertThat(decide(3, 2.0, 1.0, 2.0).place().rank()).isEqualTo(2);
        assertThat(decide(3, 2.0, Double.NaN, Double.NaN).place().rank()).isEqualTo(1);
        assertThat(decide(3, 2.0, Double.NaN, Double.NaN).place().of()).isEqualTo(3);
        assertThat(decide(3, Double.NaN, 1.0, Double.NaN).place().rank()).isEqualTo(2);
        assertThat(decide(3, Double.NaN, 1.0, 2.0).stops()).isTrue();
    }

    /** Whatever the order in which trainings come, as many go on as the paper's rule says at least, the best always. */
    @Property(tries = 300)
    void enoughGoOnWhateverTheOrder(
            @ForAll @Size(min = 1, max = 30) List<@IntRange(min = 0, max = 12) Integer> losses,
            @ForAll @IntRange(min = 2, max = 6) int factor) {
        List<Double> come = new ArrayList<>();
        int stopped = 0;
        for (int loss : losses) {
            Decision decision = Decision.of("policy", 10, "train.loss", loss, come, factor, 0);
            boolean best = come.stream().allMatch(other -> loss <= other);
            assertThat(decision.stops() && best).isFalse();
            come.add((double) loss);
            stopped += decision.stops() ? 1 : 0;
        }
        assertThat(stopped).isLessThanOrEqualTo(Math.max(0, losses.size() - factor + 1));
    }

    /** Were all to come at once, exactly ceil(n / factor) of distinct values would go on. */
    @Property(tries = 100)
    void ofAllAtOnceAsManyGoOnAsTheRuleSays(
            @ForAll @IntRange(min = 1, max = 60) int n, @ForAll @IntRange(min = 2, max = 9) int factor) {
        int on = 0;
        for (int rank = 1; rank <= n; rank++) {
            on += Decision.stops(rank, n, factor) ? 0 : 1;
        }
        assertThat(on).isEqualTo(n < factor ? n : (int) Math.ceil(n / (double) factor));
    }

    @Example
    void filesReadBackAndDamagedOnesCountAsNone() throws Exception {
        Path folder = Files.createTempDirectory("rungs");
        StageDirectory stage = new StageDirectory(folder);
        Decision decision = decide(3, 2.0, 1.0, 9.0);
        decision.write(stage);
        assertThat(Decision.read(stage, 10, "policy", "train.loss")).contains(decision);
        assertThat(Decision.read(stage, 10, "another", "train.loss")).isEmpty();
        assertThat(Decision.read(stage, 11, "policy", "train.loss")).isEmpty();
        assertThat(Decision.read(stage, 10, "policy", "held-out of 3 images")).isEmpty();
        Files.writeString(folder.resolve("decision-10.json"), "{\"policy\": ");
        assertThat(Decision.read(stage, 10, "policy", "train.loss")).isEmpty();

        RungFile.write(stage, 10, "train.loss", 0.25);
        RungFile.write(stage, 10, "held-out of 3 images", Double.NaN);
        assertThat(RungFile.read(stage, 10, "train.loss")).hasValue(0.25);
        assertThat(RungFile.read(stage, 10, "held-out of 3 images").orElseThrow())
                .isNaN();
        assertThat(RungFile.read(stage, 10, "held-out of 4 images")).isEqualTo(OptionalDouble.empty());
        assertThat(RungFile.read(stage, 20, "train.loss")).isEmpty();
        RungFile.diverged(stage, 20);
        assertThat(RungFile.read(stage, 20, "train.loss").orElseThrow()).isNaN();
        assertThat(RungFile.own(stage, 20, "train.loss")).isEmpty();
        Files.writeString(folder.resolve("rung-10.json"), "[]");
        assertThat(RungFile.read(stage, 10, "train.loss")).isEmpty();
        RungFile.write(stage, 10, "train.loss", 0.25);
        StageDirectory other = new StageDirectory(Files.createDirectory(folder.resolve("other")));
        RungFile.copy(stage, other, List.of(5, 10, 20), 15);
        assertThat(RungFile.read(other, 10, "train.loss")).hasValue(0.25);
        assertThat(RungFile.read(other, 20, "train.loss")).isEmpty();
    }
}
