package org.ditlab.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.ditlab.study.GroupMember;
import org.ditlab.study.GroupOrder;
import org.ditlab.study.PlanGroup;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StudyGroupsTests {
    @TempDir
    private Path folder;

    @Test
    void whatWasWrittenReadsBackEqual() throws Exception {
        PlanGroup ladder = new PlanGroup(
                "permuted-ladder",
                "1 of 2 orders",
                List.of(
                        member("base", "base", Map.of()),
                        new GroupMember("a", "+ a", List.of("a"), List.of("a"), List.of(), Map.of()),
                        new GroupMember("b", "b", List.of("a", "b"), List.of(), List.of("c"), Map.of())),
                List.of(new GroupOrder(List.of("a", "b"), List.of(0, 1, 2))),
                List.of("c is left out"));
        PlanGroup grid = new PlanGroup(
                "grid", "grid", List.of(member("p", "p", Map.of("patch", 2, "size", "S"))), List.of(), List.of());
        StudyDirectory.create(folder).writePlan(Map.of("study", "x"), List.of(), List.of(ladder.tree(), grid.tree()));

        assertThat(StudyResults.read(folder).groups()).containsExactly(ladder, grid);
    }

    @Test
    void malformedGroupsAreLeftOut() throws Exception {
        StudyDirectory.create(folder).writePlan(Map.of("study", "x"), List.of());
        Files.writeString(
                folder.resolve("plan.json"),
                "{\"trials\": [], \"groups\": [3, {\"kind\": \"permuted-ladder\", \"members\": [\"x\", {\"variant\": \"v\"}],"
                        + " \"orders\": [{\"changes\": [\"a\"], \"members\": [0, 7]}]}]}");

        PlanGroup group = StudyResults.read(folder).groups().get(0);
        assertThat(group.members()).containsExactly(member("v", "v", Map.of()));
        assertThat(group.orders()).isEmpty();
    }

    private static GroupMember member(String variant, String name, Map<String, Object> coordinates) {
        return new GroupMember(variant, name, List.of(), List.of(), List.of(), coordinates);
    }
}
