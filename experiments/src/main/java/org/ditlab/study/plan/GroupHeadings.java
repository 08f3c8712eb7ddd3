package org.ditlab.study.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.ditlab.study.GroupMember;
import org.ditlab.study.Ladder;
import org.ditlab.study.ListPlan;
import org.ditlab.study.PermutedLadder;
import org.ditlab.study.PlanGroup;

/**
 * The headings of groups between the rows of a plan's table. A study of one ladder or list has none. A variant stands under the
 * first group that has it; the others name it.
 */
final class GroupHeadings {
    /** Most names that a line lists. */
    private static final int NAMED = 6;
    /** Most orders of a permuted ladder that are listed: all of one with the usual number. */
    private static final int ORDERS = PermutedLadder.USUAL;

    private final List<PlanGroup> groups;

    GroupHeadings(List<PlanGroup> groups) {
        this.groups = groups;
    }

    /** Whether rows need headings at all. */
    private boolean plain() {
        return groups.size() == 1
                && Set.of(Ladder.WORD, ListPlan.WORD).contains(groups.get(0).kind());
    }

    /**
     * The lines of a table with headings between them.
     *
     * @param head the line over the rows
     * @param rows one line per row
     * @param variants the variant of each row; those of a variant stand together
     */
    String text(String head, List<String> rows, List<String> variants) {
        StringBuilder text = new StringBuilder(head).append('\n');
        if (plain()) {
            rows.forEach(row -> text.append(row).append('\n'));
            return text.toString();
        }
        Map<String, List<String>> byVariant = new HashMap<>();
        for (int i = 0; i < rows.size(); i++) {
            byVariant
                    .computeIfAbsent(variants.get(i), name -> new ArrayList<>())
                    .add(rows.get(i));
        }
        Set<String> shown = new HashSet<>();
        for (PlanGroup group : groups) {
            text.append('\n').append(heading(group));
            List<String> elsewhere = new ArrayList<>();
            Set<String> own = new HashSet<>();
            for (GroupMember member : group.members()) {
                if (shown.add(member.variant())) {
                    own.add(member.variant());
                    byVariant
                            .getOrDefault(member.variant(), List.of())
                            .forEach(row -> text.append(row).append('\n'));
                } else if (!own.contains(member.variant())) {
                    elsewhere.add(
                            member.name().equals(member.variant())
                                    ? member.name()
                                    : member.name() + " = " + member.variant());
                }
            }
            text.append(also(elsewhere));
        }
        boolean first = true;
        for (int i = 0; i < rows.size(); i++) {
            if (!shown.contains(variants.get(i))) {
                text.append(first ? "\n" : "").append(rows.get(i)).append('\n');
                first = false;
            }
        }
        return text.toString();
    }

    private static String heading(PlanGroup group) {
        StringBuilder text = new StringBuilder(group.label());
        long variants =
                group.members().stream().map(GroupMember::variant).distinct().count();
        text.append(" (")
                .append(variants)
                .append(variants == 1 ? " variant)" : " variants)")
                .append('\n');
        group.leftOut().forEach(sentence -> text.append("  ").append(sentence).append('\n'));
        for (int i = 0; i < Math.min(ORDERS, group.orders().size()); i++) {
            text.append("  order ")
                    .append(i + 1)
                    .append(": ")
                    .append(String.join(", ", group.orders().get(i).changes()))
                    .append('\n');
        }
        if (group.orders().size() > ORDERS) {
            text.append("  and ")
                    .append(group.orders().size() - ORDERS)
                    .append(" orders more: --format json lists all\n");
        }
        return text.toString();
    }

    private static String also(List<String> names) {
        if (names.isEmpty()) {
            return "";
        }
        String more = names.size() > NAMED ? " and " + (names.size() - NAMED) + " more" : "";
        return "  above already: " + String.join("; ", names.subList(0, Math.min(NAMED, names.size()))) + more + "\n";
    }
}
