package org.ditlab.study.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.ditlab.knob.Settings;
import org.junit.jupiter.api.Test;

class StageGraphTests {
    private final Plan plan = PlanFixture.ladder().plan(PlanFixture.planner());
    private final StageGraph graph = plan.graph();

    @Test
    void everyStageStandsOnceAndAfterWhatItUses() {
        assertThat(graph.order()).doesNotHaveDuplicates().hasSize(1 + 3 * 9);
        Set<String> before = new HashSet<>();
        for (Stage stage : graph.order()) {
            assertThat(before).containsAll(stage.uses());
            before.add(stage.hash());
        }
        assertThat(plan.stages()).isEqualTo(graph.order());
    }

    @Test
    void aStageIsSharedByTheTrialsThatNeedIt() {
        Stage extractor = graph.order().get(0);

        assertThat(graph.trials(extractor)).isEqualTo(9);
        assertThat(graph.usedBy(extractor))
                .hasSize(9)
                .allMatch(stage -> stage.kind() == StageKind.MEASURE)
                .allMatch(stage -> graph.trials(stage) == 1);
        assertThat(graph.uses(graph.usedBy(extractor).get(0)))
                .extracting(Stage::kind)
                .containsExactlyInAnyOrder(StageKind.EXTRACTOR, StageKind.SAMPLE);
    }

    @Test
    void workingOffWhatIsReadyDoesEverything() {
        Set<String> done = new HashSet<>();
        int rounds = 0;
        for (List<Stage> ready = graph.ready(done); !ready.isEmpty(); ready = graph.ready(done)) {
            ready.forEach(stage -> assertThat(done.add(stage.hash())).isTrue());
            rounds++;
        }
        assertThat(rounds).as("extractor and train, sample, measure").isEqualTo(3);
        assertThat(done).hasSize(graph.order().size());
    }

    @Test
    void whatLiesOutsideCountsAsThereAndARingIsRefused() {
        Stage outside = new Stage(StageKind.SAMPLE, "a", Map.of(), List.of("elsewhere"));
        assertThat(of(outside).ready(Set.of())).containsExactly(outside);

        Stage one = new Stage(StageKind.TRAIN, "1", Map.of(), List.of("2"));
        Stage two = new Stage(StageKind.SAMPLE, "2", Map.of(), List.of("1"));
        assertThatIllegalArgumentException().isThrownBy(() -> of(one, two));
    }

    private static StageGraph of(Stage... stages) {
        return StageGraph.of(List.of(new Trial("t", "v", 1, 1, Settings.empty(), List.of(stages))));
    }
}
