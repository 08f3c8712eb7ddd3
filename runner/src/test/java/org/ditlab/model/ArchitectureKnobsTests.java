package org.ditlab.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.statistics.Statistics;
import org.ditlab.backend.libtorch.LibtorchProvider;
import org.ditlab.knob.Knob;
import org.ditlab.knob.Setting;
import org.ditlab.knob.Settings;
import org.ditlab.nn.AttentionTokens;
import org.ditlab.nn.Conditioning;
import org.ditlab.nn.Downsampler;
import org.ditlab.nn.FeedForwardKind;
import org.ditlab.nn.Logits;
import org.ditlab.tensor.Device;
import org.ditlab.tensor.Scope;
import org.ditlab.tensor.reference.ReferenceBackendProvider;
import org.ditlab.tensor.spi.Backend;

/** Any settings make a model that runs, trains and folds, or are refused with the knob and the remedy. */
class ArchitectureKnobsTests {
    /** Multiply-accumulates up to which the slow reference backend runs a model. */
    private static final long SMALL = 1_000_000;

    @Property(tries = 400, edgeCases = EdgeCasesMode.NONE)
    void settingsMakeAModelOrARefusal(@ForAll("settings") Settings settings, @ForAll boolean reference) {
        Denoiser model;
        try {
            model = ModelZoo.build(settings);
        } catch (ArchitectureException refused) {
            Statistics.label("made").collect(false);
            assertRefusal(refused.getMessage());
            return;
        }
        Statistics.label("made")
                .collect(true)
                .coverage(coverage -> coverage.check(true).percentage(share -> share > 25));
        boolean small = ModelCost.of(settings).macsTraining() < SMALL;
        try (Backend backend = reference && small
                        ? new ReferenceBackendProvider().open(Device.CPU, 1)
                        : new LibtorchProvider().open(Device.CPU, 1);
                Scope scope = backend.scope()) {
            ModelBehaviour behaviour = new ModelBehaviour(model, backend);
            behaviour.trains();
            behaviour.equalsItsTrace();
            behaviour.folds();
        }
    }

    private static void assertRefusal(String message) {
        Set<String> names = ArchitectureKnobs.all().stream().map(Knob::name).collect(Collectors.toSet());
        for (String problem : message.split("; and ")) {
            assertThat(problem).matches("(?s).*(requires|; choose) .*");
            assertThat(names).as(problem).anyMatch(problem::contains);
        }
    }

    /** Settings, most of them without those whose requirements do not hold. */
    @Provide
    Arbitrary<Settings> settings() {
        List<Arbitrary<Setting<?>>> all = new ArrayList<>(List.of(
                some(ArchitectureKnobs.SKELETON, Skeleton.values()),
                some(
                        ArchitectureKnobs.INPUT,
                        List.of(3, 8, 8),
                        List.of(1, 16, 8),
                        List.of(4, 8, 16),
                        List.of(2, 8, 24),
                        List.of(4, 16, 32)),
                some(ArchitectureKnobs.CLASSES, 1, 10),
                some(ArchitectureKnobs.CLASS_DROPOUT, 0.1, 0.0),
                some(ArchitectureKnobs.LEARN_SIGMA, true, false),
                some(ArchitectureKnobs.PATCH, 1, 1, 2, 2, 4, 3),
                some(ArchitectureKnobs.WIDTH, 8, 16, 16, 32, 24, 10),
                some(ArchitectureKnobs.HEADS, 1, 2, 2, 4, 3),
                some(ArchitectureKnobs.MLP_RATIO, 1.0, 2.0, 2.5, 4.0, 0.1),
                some(ArchitectureKnobs.DEPTH, 1, 2),
                some(
                        ArchitectureKnobs.STAGES,
                        List.of(1, 1, 1),
                        List.of(1, 1, 1),
                        List.of(1, 2, 1),
                        List.of(2, 1, 1),
                        List.of(1, 1, 1, 1, 1),
                        List.of(1, 1, 1, 1)),
                some(ArchitectureKnobs.ATTENTION_TOKENS, AttentionTokens.values()),
                some(
                        ArchitectureKnobs.ATTENTION_FACTOR,
                        List.of(2),
                        List.of(2),
                        List.of(2),
                        List.of(1),
                        List.of(4),
                        List.of(2, 1, 2),
                        List.of(3)),
                some(ArchitectureKnobs.DOWNSAMPLER, Downsampler.values()),
                some(ArchitectureKnobs.DOWNSAMPLER_KERNEL, 3, 5, 7, 7, 4),
                some(ArchitectureKnobs.DOWNSAMPLER_SHORTCUT, true, false),
                some(ArchitectureKnobs.ATTENTION_LOGITS, Logits.values()),
                some(ArchitectureKnobs.POSITION, Position.values()),
                some(ArchitectureKnobs.FFN, FeedForwardKind.values()),
                some(ArchitectureKnobs.FFN_REPARAM, true, false),
                some(ArchitectureKnobs.FFN_MULTIPLE, 1, 8, 32),
                some(ArchitectureKnobs.CONDITIONING, Conditioning.values()),
                some(ArchitectureKnobs.EMBEDDERS, Embedders.values()),
                some(ArchitectureKnobs.LABEL_DROP, LabelDrop.values())));
        Arbitrary<Settings> drawn =
                Combinators.combine(all).as(settings -> Settings.of(settings.toArray(Setting<?>[]::new)));
        return Arbitraries.frequencyOf(
                Tuple.of(1, drawn), Tuple.of(4, drawn.map(ArchitectureKnobsTests::withoutUnmet)));
    }

    @SafeVarargs
    @SuppressWarnings("varargs") // Arbitraries.of only reads them.
    private static <V> Arbitrary<Setting<?>> some(Knob<V> knob, V... values) {
        return Arbitraries.of(values).map(knob::to);
    }

    private static Settings withoutUnmet(Settings settings) {
        Settings met = settings.filter(knob -> knob.requirements().stream()
                .allMatch(requirement -> requirement.holds().test(settings)));
        return met.equals(settings) ? met : withoutUnmet(met);
    }
}
