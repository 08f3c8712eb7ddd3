package org.ditlab.model.inspect;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A model module by module. Modules in a numbered row that are built alike stand in one row; figures are then the sum of
 * all of them. A module's row holds what stands in it; what it runs beside its modules has a row of its own.
 */
public final class LayerTable {
    /** What a module's own operations are called. */
    static final String OWN = "(own)";

    private static final Pattern NUMBERED = Pattern.compile("(?:(.*)\\.)?(\\d+)");

    private final ModelStructure structure;
    private final int deepest;
    private final boolean expanded;
    private final List<LayerRow> rows = new ArrayList<>();

    /**
     * @param deepest how many levels are shown, 1 for blocks only
     * @param expanded whether equal modules get a row each
     */
    public LayerTable(ModelStructure structure, int deepest, boolean expanded) {
        this.structure = structure;
        this.deepest = deepest;
        this.expanded = expanded;
        below(structure.root(), "", 1, 1);
    }

    public ModelStructure structure() {
        return structure;
    }

    public List<LayerRow> rows() {
        return List.copyOf(rows);
    }

    private void below(ModuleNode node, String path, int depth, int count) {
        List<ModuleNode> children = node.children();
        int next;
        for (int i = 0; i < children.size(); i = next) {
            next = expanded ? i + 1 : end(children, i);
            row(children.get(i), label(children.get(i), children.get(next - 1)), path, depth, count * (next - i));
        }
        if (!node.own().equals(Measure.NONE)) {
            rows.add(new LayerRow(
                    join(path, OWN), OWN, depth, count, "", node.own().times(count), true));
        }
    }

    private void row(ModuleNode node, String label, String enclosing, int depth, int count) {
        String path = join(enclosing, label);
        boolean leaf = node.children().isEmpty() || depth == deepest;
        rows.add(new LayerRow(
                path, label, depth, count, node.output(), node.total().times(count), leaf));
        if (!leaf) {
            below(node, path, depth + 1, count);
        }
    }

    /** One past the last child that is built like this one, in the same numbered row. */
    private static int end(List<ModuleNode> children, int start) {
        Matcher first = NUMBERED.matcher(children.get(start).name());
        int end = start + 1;
        while (first.matches() && end < children.size()) {
            Matcher other = NUMBERED.matcher(children.get(end).name());
            boolean same = other.matches() && String.valueOf(first.group(1)).equals(String.valueOf(other.group(1)));
            if (!same || !children.get(start).isLike(children.get(end))) {
                break;
            }
            end++;
        }
        return end;
    }

    private static String label(ModuleNode first, ModuleNode last) {
        Matcher number = NUMBERED.matcher(last.name());
        return first == last || !number.matches() ? first.name() : first.name() + "-" + number.group(2);
    }

    private static String join(String enclosing, String label) {
        return enclosing.isEmpty() ? label : enclosing + "." + label;
    }
}
