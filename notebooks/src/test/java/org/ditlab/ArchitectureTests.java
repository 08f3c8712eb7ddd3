package org.ditlab;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The arrows between the rooms: a room is the first package below {@code org.ditlab}. */
class ArchitectureTests {
    private static final String BASE = "org.ditlab.";
    private static final List<String> MODELS = List.of("tensor", "knob", "nn", "model");
    private static final List<String> WORK = List.of("data", "diffusion", "train", "metric", "weights");
    private static final List<String> REPORTS =
            List.of("statistics", "summary", "table", "chart", "finding", "html", "compare", "report");

    /** What each room may see besides itself. */
    private static final Map<String, List<String>> ARROWS = Map.ofEntries(
            Map.entry("tensor", List.of()),
            Map.entry("knob", List.of()),
            Map.entry("nn", List.of("tensor", "knob")),
            Map.entry("model", List.of("tensor", "knob", "nn")),
            Map.entry("study", MODELS),
            Map.entry("backend", List.of("tensor")),
            Map.entry("data", all(MODELS, WORK, List.of("study"))),
            Map.entry("diffusion", all(MODELS, WORK, List.of("study"))),
            Map.entry("train", all(MODELS, WORK, List.of("study"))),
            Map.entry("metric", all(MODELS, WORK, List.of("study"))),
            Map.entry("weights", all(MODELS, List.of("study", "data"))),
            Map.entry("store", all(MODELS, WORK, List.of("study"))),
            Map.entry("command", all(MODELS, List.of("study", "store"))),
            Map.entry("run", all(MODELS, WORK, List.of("study", "store", "command"))),
            Map.entry("cli", all(MODELS, WORK, List.of("study", "store", "command", "run"))),
            Map.entry("statistics", List.of()),
            Map.entry("summary", all(MODELS, REPORTS, List.of("study", "store", "command"))),
            Map.entry("table", all(MODELS, REPORTS, List.of("study", "store", "command"))),
            Map.entry("chart", all(MODELS, REPORTS, List.of("study", "store", "command"))),
            Map.entry("finding", all(MODELS, REPORTS, List.of("study", "store", "command"))),
            Map.entry("html", all(MODELS, REPORTS, List.of("study", "store", "command"))),
            Map.entry("compare", all(MODELS, REPORTS, List.of("study", "store", "command"))),
            Map.entry("report", all(MODELS, REPORTS, List.of("study", "store", "command"))),
            Map.entry("kernel", List.of("study")),
            Map.entry("notebook", all(MODELS, WORK, REPORTS, List.of("study", "store", "command", "run", "kernel"))));

    private static final JavaClasses HOUSE = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("org.ditlab");

    @SafeVarargs
    private static List<String> all(List<String>... lists) {
        return Stream.of(lists).flatMap(List::stream).toList();
    }

    private static Stream<String> rooms() {
        return ARROWS.keySet().stream().sorted();
    }

    private static String room(JavaClass type) {
        return type.getPackageName().substring(BASE.length()).split("\\.")[0];
    }

    @Test
    void classesOfAllModulesAreSeen() {
        Set<String> seen = HOUSE.stream().map(ArchitectureTests::room).collect(Collectors.toSet());

        assertThat(seen).contains("tensor", "model", "study", "backend", "data", "train");
        assertThat(ARROWS.keySet()).as("every room has its arrows").containsAll(seen);
    }

    @ParameterizedTest
    @MethodSource("rooms")
    void roomSeesOnlyWhatStandsBelow(String room) {
        List<String> seen = new ArrayList<>(ARROWS.get(room));
        seen.add(room);
        String[] allowed = seen.stream().map(name -> BASE + name + "..").toArray(String[]::new);

        noClasses()
                .that()
                .resideInAPackage(BASE + room + "..")
                .should()
                .dependOnClassesThat(resideInAPackage("org.ditlab..").and(not(resideInAnyPackage(allowed))))
                .allowEmptyShould(true)
                .check(HOUSE);
    }

    @Test
    void roomsFormNoCycle() {
        slices().matching("org.ditlab.(*)..").should().beFreeOfCycles().check(HOUSE);
    }

    @Test
    void onlyTheLibtorchBackendTouchesNativeCode() {
        classes()
                .that(resideInAPackage("org.ditlab..").and(not(resideInAPackage("org.ditlab.backend.libtorch.."))))
                .should()
                .onlyDependOnClassesThat(not(resideInAnyPackage("org.bytedeco..")))
                .check(HOUSE);
    }

    @Test
    void whatIsTriedUsesNoThreadsNoNetworkNoClock() {
        noClasses()
                .that()
                .resideInAnyPackage("org.ditlab.tensor..", "org.ditlab.knob..", "org.ditlab.nn..", "org.ditlab.model..")
                .should()
                .dependOnClassesThat(resideInAnyPackage("java.net..", "java.nio.file..", "java.time..")
                        .or(belongToAnyOf(
                                Thread.class,
                                Executor.class,
                                ExecutorService.class,
                                Executors.class,
                                ForkJoinPool.class,
                                CompletableFuture.class,
                                Process.class,
                                ProcessBuilder.class)))
                .check(HOUSE);
    }
}
