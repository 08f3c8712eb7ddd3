package org.ditlab.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.ditlab.backend.libtorch.LibtorchProvider;
import org.ditlab.knob.Settings;
import org.ditlab.tensor.Device;
import org.ditlab.tensor.Scope;
import org.ditlab.tensor.spi.Backend;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every model of the zoo, made small in width, depth and input; its other knobs are the preset's. */
class ModelZooTests {
    private static final int HEADS = 2;
    private static final int WIDTH = 16;
    private static Backend backend;

    static Stream<String> names() {
        return ModelZoo.names().stream();
    }

    @BeforeAll
    static void open() {
        backend = new LibtorchProvider().open(Device.CPU, 1);
    }

    @AfterAll
    static void close() {
        backend.close();
    }

    @ParameterizedTest
    @MethodSource("names")
    void trainsFoldsAndKeepsItsState(String name) {
        try (Scope scope = backend.scope()) {
            ModelBehaviour behaviour = new ModelBehaviour(ModelZoo.build(small(name)), backend);

            behaviour.trains();
            behaviour.everyParameterLearns();
            behaviour.equalsItsTrace();
            behaviour.roundTrips();
            behaviour.folds();
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void namesAModelOfLatents(String name) {
        int side = name.endsWith("@512") ? 64 : 32;

        assertThat(ModelZoo.find(name).orElseThrow().get(ArchitectureKnobs.INPUT))
                .containsExactly(4, side, side);
    }

    private static Settings small(String name) {
        Settings preset = ModelZoo.find(name).orElseThrow();
        boolean column = preset.get(ArchitectureKnobs.SKELETON) == Skeleton.ISOTROPIC;
        int side = preset.get(ArchitectureKnobs.INPUT).get(1) * (column ? preset.get(ArchitectureKnobs.PATCH) : 8) / 16;
        int stages = preset.get(ArchitectureKnobs.STAGES).size();
        Settings small = preset.with(
                ArchitectureKnobs.INPUT.to(List.of(4, side, side)),
                ArchitectureKnobs.CLASSES.to(5),
                ArchitectureKnobs.WIDTH.to(WIDTH),
                ArchitectureKnobs.HEADS.to(HEADS));
        return column
                ? small.with(ArchitectureKnobs.DEPTH.to(2))
                : small.with(ArchitectureKnobs.STAGES.to(Collections.nCopies(stages, 1)));
    }
}
