package org.ditlab;

import static com.tngtech.archunit.base.DescribedPredicate.alwaysTrue;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The arrows between the rooms, and the house rules that a machine can hold. */
class ArchitectureTests {
    private static final List<String> MODULES = List.of("experiments", "runner", "reports", "notebooks");
    private static final int LONGEST_FILE = 500;

    private static final List<String> BELOW_STUDY = List.of("tensor", "knob", "nn", "model");
    private static final List<String> WORK = List.of("data", "diffusion", "train", "metric");

    /** What each room may see, besides itself. */
    private static final Map<String, List<String>> ARROWS = Map.ofEntries(
            Map.entry("tensor", List.of()),
            Map.entry("knob", List.of()),
            Map.entry("nn", List.of("tensor", "knob")),
            Map.entry("model", List.of("tensor", "knob", "nn")),
            Map.entry("study", BELOW_STUDY),
            Map.entry("backend", List.of("tensor")),
            Map.entry("data", and(BELOW_STUDY, WORK, "study")),
            Map.entry("diffusion", and(BELOW_STUDY, WORK, "study")),
            Map.entry("train", and(BELOW_STUDY, WORK, "study")),
            Map.entry("metric", and(BELOW_STUDY, WORK, "study")),
            Map.entry("store", and(BELOW_STUDY, WORK, "study")),
            Map.entry("command", and(BELOW_STUDY, List.of(), "study", "store")),
            Map.entry("run", and(BELOW_STUDY, WORK, "study", "store", "command")),
            Map.entry("cli", and(BELOW_STUDY, WORK, "study", "store", "command", "run")),
            Map.entry("statistics", and(BELOW_STUDY, REPORTS, "study", "store", "command")),
            Map.entry("table", and(BELOW_STUDY, REPORTS, "study", "store", "command")),
            Map.entry("chart", and(BELOW_STUDY, REPORTS, "study", "store", "command")),
            Map.entry("html", and(BELOW_STUDY, REPORTS, "study", "store", "command")));

    private static final JavaClasses HOUSE = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("org.ditlab");
}
