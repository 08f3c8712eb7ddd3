package org.ditlab.study.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.ditlab.knob.Setting;
import org.ditlab.model.ArchitectureKnobs;
import org.ditlab.study.AddOneIn;
import org.ditlab.study.Axis;
import org.ditlab.study.Change;
import org.ditlab.study.Control;
import org.ditlab.study.Controls;
import org.ditlab.study.Exclusion;
import org.ditlab.study.GridPlan;
import org.ditlab.study.Ladder;
import org.ditlab.study.LeaveOneOut;
import org.ditlab.study.ListPlan;
import org.ditlab.study.Match;
import org.ditlab.study.MatchTarget;
import org.ditlab.study.PermutedLadder;
import org.ditlab.study.PlanKind;
import org.ditlab.study.RandomPlan;
import org.ditlab.study.RecipeFixture;
import org.ditlab.study.Rung;
import org.ditlab.study.Step;
import org.ditlab.study.Study;
import org.ditlab.study.StudyException;
import org.ditlab.study.StudySpec;
import org.ditlab.study.Terms;
import org.ditlab.study.Variant;
import org.ditlab.study.ZipPlan;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

class PlanKindsYamlTests {
    static final String KINDS = """
            study: kinds
            base: { model: DiT-S/4, depth: 2 }
            ladder:
              - { name: cosine, change: { attention.logits: cosine } }
              - { name: conv, change: { ffn: depthwise-conv }, with: [fold] }
              - { name: fold, change: { ffn.reparam: true } }
            controls:
              - { control: slim, of: "- cosine", match: { gmacs: base, within: 9%, solve: mlp-ratio } }
            leave-one-out:
              changes: [ { name: a, change: { patch: 2 } }, { name: b, change: { depth: 3 } } ]
              full: both
              exclude: "- a"
            grid:
              width: [48, 96]
              depth: [2, 3]
              exclude: [ { width: 96, depth: [3] }, invalid ]
            zip:
              width: [48, 96]
              size: [ { name: S, change: { depth: 2 } }, { name: M, change: { depth: 4 } } ]
              name: "{size} of {width}"
            random:
              draws: 3
              seed: 5
              train.learning-rate: { from: 1e-5, to: 1e-3, scale: log }
              attention.factor: [[1], [2, 1]]
            also: [leave-one-out, add-one-in, { permuted-ladder: { orders: all } }, { grid: { heads: [4, 8] } }]
            """;

    private static StudySpec read(String text) {
        return StudyYaml.read(text, "kinds.yaml", RecipeFixture.knobs());
    }

    private static List<String> after(String part, String replacement) {
        assertThat(KINDS).contains(part);
        StudyException e = catchThrowableOfType(StudyException.class, () -> read(KINDS.replace(part, replacement)));
        assertThat(e).as("a problem").isNotNull();
        return e.problems();
    }

    @Test
    void everyKindIsReadInOneStudy() {
        StudySpec spec = read(KINDS);

        assertThat(spec.plans())
                .extracting(PlanKind::word)
                .containsExactly(
                        "ladder",
                        "controls",
                        "leave-one-out",
                        "grid",
                        "zip",
                        "random",
                        "leave-one-out",
                        "add-one-in",
                        "permuted-ladder",
                        "grid");
        assertThat(spec.variants())
                .extracting(Variant::name)
                .contains("both", "- b", "width=48, depth=3", "S of 48", "- conv - fold", "+ conv + fold", "heads=8")
                .doesNotContain("- a", "width=96, depth=3")
                .doesNotHaveDuplicates();
        StudyFile file = StudyYaml.open(KINDS, "kinds.yaml", RecipeFixture.knobs());
        assertThat(file.places())
                .containsEntry("- conv - fold", "kinds.yaml:5:13")
                .containsEntry("width=48, depth=3", "kinds.yaml:13:1")
                .containsEntry("heads=8", "kinds.yaml:26:75");
    }

    @Test
    void theSchemaKnowsEveryKind() {
        Object tree = new Load(LoadSettings.builder().build()).loadFromString(KINDS);
        assertThat(new SchemaChecker(StudySchema.tree(RecipeFixture.knobs())).check(tree))
                .isEmpty();
        Object wrong = new Load(LoadSettings.builder().build()).loadFromString(KINDS.replace("full:", "ful:"));
        assertThat(new SchemaChecker(StudySchema.tree(RecipeFixture.knobs())).check(wrong))
                .isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'with: [fold]' | 'with: [fould]' | 5:58 | with: names \"fould\" | did you mean \"fold\"?",
                "', with: [fold]' | '' | 6:29 | ffn.reparam = true requires ffn = depthwise-conv | add with: [fold] to \"conv\"",
                "of: \"- cosine\" | of: \"- cosin\" | 8:26 | no variant is named \"- cosin\" | did you mean \"- cosine\"?",
                "exclude: \"- a\" | exclude: \"- c\" | 12:12 | no variant here is named \"- c\" | ",
                "full: both | ful: both | 11:3 | unknown key \"ful\" in leave-one-out | did you mean \"full\"?",
                "'depth: [2, 3]' | 'depht: [2, 3]' | 15:3 | unknown knob \"depht\" in grid | did you mean \"depth\"?",
                "'depth: [2, 3]' | 'depth: [2, x]' | 15:14 | depth cannot be \"x\" | ",
                "'{ width: 96, depth: [3] }' | '{ width: x }' | 16:23 | width cannot be \"x\" | ",
                "'width: [48, 96]%  size' | 'width: [48]%  size' | 19:3 | size lists 2 values but width lists 1 | ",
                "'of {width}' | 'of {widht}' | 20:9 | no axis is named \"widht\" | did you mean \"width\"?",
                "draws: 3 | draws: 0 | 22:10 | draws cannot be \"0\"; expected a whole number from 1 | ",
                "draws: 3 | label: x | 21:1 | a required key is missing; expected draws: in random | ",
                "scale: log | scale: ln | 24:55 | scale cannot be \"ln\" | ",
                "from: 1e-5 | from: 1 | 24:3 | from 1 to 0.001 is no range; expected from below to | ",
                "scale: log | step: 0 | 24:54 | step cannot be \"0\"; expected a number above 0 | ",
                "scale: log | step: -1 | 24:54 | step cannot be \"-1\"; expected a number above 0 | ",
                "scale: log | step: 0.5 | 24:54 | step 0.5 is larger than the range from 0.00001 to 0.001 | ",
                "orders: all | ordr: all | 26:56 | unknown key \"ordr\" in permuted-ladder | did you mean \"orders\"?",
                "'also: [leave-one-out' | 'also: [leave-one-ot' | 26:8 | unknown plan kind \"leave-one-ot\" | did you mean \"leave-one-out\"?",
                "orders: all | orders: 9999 | 26:64 | orders cannot be \"9999\"; expected a whole number from 1 to 5040, or all | ",
            })
    void everyKindOfProblemHasItsPlace(String part, String replacement, String place, String text, String more) {
        String with = replacement == null ? "" : replacement.replace("%", "\n");

        assertThat(after(part.replace("%", "\n"), with))
                .anySatisfy(problem -> assertThat(problem)
                        .startsWith("kinds.yaml:" + place + "  ")
                        .contains(text)
                        .contains(more == null ? "" : more));
    }

    @Property(tries = 60)
    void whatIsWrittenReadsBackEqual(@ForAll("studies") StudySpec spec) {
        assertThat(read(StudyYaml.write(spec))).isEqualTo(spec);
        assertThat(StudyYaml.read(spec.toJson(), "study.json", RecipeFixture.knobs()))
                .isEqualTo(spec);
        assertThat(spec.variants()).extracting(Variant::name).doesNotHaveDuplicates();
    }

    @Provide
    Arbitrary<StudySpec> studies() {
        Arbitrary<PlanKind> kinds = Arbitraries.oneOf(
                lists(), combined(), axes().list().ofMinSize(1).ofMaxSize(3).flatMap(PlanKindsYamlTests::overAxes));
        return Combinators.combine(
                        kinds.list().ofMaxSize(5),
                        Arbitraries.of(true, false),
                        Arbitraries.integers().between(0, 4))
                .as((plans, ladder, at) -> {
                    List<PlanKind> all = new ArrayList<>(plans);
                    if (ladder || all.isEmpty()) {
                        all.add(Math.min(at, all.size()), ladder());
                        all.add(LeaveOneOut.of());
                        all.add(at % 2 == 0 ? AddOneIn.of() : PermutedLadder.of(7, at));
                    }
                    Study study = Study.named("kinds").base("DiT-S/4");
                    for (int i = 0; i < all.size(); i++) {
                        study = study.also(unique(all.get(i), i));
                    }
                    return study.spec();
                });
    }

    private static PlanKind ladder() {
        Step rung = new Rung(Change.of("first", ArchitectureKnobs.PATCH.to(2))).with("second");
        Step second = new Rung(Change.of("second", ArchitectureKnobs.DEPTH.to(3)));
        return new Ladder(List.of(rung, second, new Control(Change.of("beside"), "first")));
    }

    /** Rows of lists and controls get names of their own, since those are names of variants. */
    private static PlanKind unique(PlanKind plan, int index) {
        if (plan instanceof ListPlan list) {
            return new ListPlan(list.changes().stream()
                    .map(c -> named(c, c.name() + " " + index))
                    .toList());
        }
        if (plan instanceof Controls controls) {
            return new Controls(controls.controls().stream()
                    .map(c -> new Control(named(c.change(), c.name() + " in " + index), c.of()))
                    .toList());
        }
        return plan;
    }

    private static Change named(Change change, String name) {
        return new Change(name, change.settings(), change.match());
    }

    private static Arbitrary<Match> matches() {
        return Arbitraries.of(
                new Match(new MatchTarget.Named("base"), 2.5, ArchitectureKnobs.MLP_RATIO),
                new Match(new MatchTarget.Gmacs(0.25), 7, ArchitectureKnobs.MLP_RATIO));
    }

    private static Arbitrary<List<Change>> changes() {
        Arbitrary<Setting<?>> settings = Arbitraries.of(
                ArchitectureKnobs.PATCH.to(2),
                ArchitectureKnobs.STAGES.to(List.of(1, 2, 1)),
                RecipeFixture.LEARNING_RATE.to(3e-4),
                RecipeFixture.FLIP.to(false));
        Arbitrary<String> names = Arbitraries.of("a", "+ b", "1e3", "true", "- c: d", "é {x}");
        Arbitrary<Change> change = Combinators.combine(
                        names, settings, matches().injectNull(0.7))
                .as((name, setting, match) -> new Change(name, org.ditlab.knob.Settings.of(setting), match));
        return change.list().ofMinSize(1).ofMaxSize(4).uniqueElements(Change::name);
    }

    private static Arbitrary<PlanKind> lists() {
        return Arbitraries.oneOf(
                changes().map(ListPlan::new),
                changes()
                        .map(all -> new Controls(all.stream()
                                .map(one -> new Control(one, "base"))
                                .toList())));
    }

    private static Arbitrary<Terms> terms() {
        return Combinators.combine(
                        matches().injectNull(0.6),
                        Arbitraries.of(
                                List.<Exclusion>of(),
                                List.<Exclusion>of(new Exclusion.Invalid()),
                                List.<Exclusion>of(new Exclusion.Where(
                                        List.of((Axis.Values) Study.over(RecipeFixture.STEPS, 1, 2), (Axis.Values)
                                                Study.over(ArchitectureKnobs.STAGES, List.of(1, 1, 1)))))),
                        Arbitraries.of("", "a label: {1}"))
                .as((match, exclude, label) -> new Terms(match, exclude, label, ""));
    }

    private static Arbitrary<PlanKind> combined() {
        return Combinators.combine(changes(), terms(), Arbitraries.integers().between(0, 30))
                .as((changes, terms, number) -> switch (number % 3) {
                    case 0 -> new LeaveOneOut(changes, number > 15 ? "everything" : "", terms);
                    case 1 -> new AddOneIn(changes, terms);
                    default -> new PermutedLadder(changes, number, number % 2, terms);
                });
    }

    private static Arbitrary<Axis> axes() {
        return Arbitraries.of(
                Study.over(ArchitectureKnobs.WIDTH, 96, 192),
                Study.over(ArchitectureKnobs.STAGES, List.of(1, 1, 1), List.of(2, 2, 2)),
                Study.over(RecipeFixture.SAMPLER, "ddpm", "ddim"),
                Study.over("size", Study.variant("S", ArchitectureKnobs.HEADS.to(2)), Study.variant("0x10")),
                Study.range(RecipeFixture.LEARNING_RATE, 1e-5, 0.1).logarithmic(),
                Study.range(ArchitectureKnobs.DEPTH, 1, 9).step(2));
    }

    private static Arbitrary<PlanKind> overAxes(List<Axis> some) {
        List<Axis> axes = new ArrayList<>();
        for (Axis axis : some) {
            if (axes.stream().noneMatch(other -> other.label().equals(axis.label()))) {
                axes.add(axis);
            }
        }
        List<Axis> listed =
                axes.stream().filter(axis -> !(axis instanceof Axis.Range)).toList();
        Arbitrary<Integer> numbers = Arbitraries.integers().between(1, 40);
        return Combinators.combine(terms(), numbers).as((terms, number) -> {
            if (number % 3 == 0 && !listed.isEmpty()) {
                return new GridPlan(listed, terms)
                        .naming("{n} of {" + listed.get(0).label() + "}");
            }
            return number % 3 == 1 && !listed.isEmpty()
                    ? new ZipPlan(listed, terms)
                    : new RandomPlan(axes, number, number, terms);
        });
    }
}
