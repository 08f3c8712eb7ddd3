package org.ditlab.study;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.ditlab.knob.Setting;
import org.ditlab.knob.Settings;
import org.jspecify.annotations.Nullable;

/**
 * The declared experiment, whole and immutable; the fluent form ({@link Study}) and the YAML form hold the same thing.
 *
 * @param name the study's directory; equal to the file's stem
 * @param paper what is reproduced or built on, or empty
 * @param claim what the study tests, or empty
 * @param recipe what is set of {@code data.*}, {@code train.*}, {@code sample.*} and {@code measure.*}; the rest has its
 *     default
 * @param plans how variants derive from the base: one kind or several
 * @param seeds number of replicates; the k-th replicate of every variant has seed k
 * @param comparison how the report compares variants, or null for its default
 * @param earlyStopping which trainings are stopped on the way, or null for none
 */
public record StudySpec(
        String name,
        String paper,
        String claim,
        Base base,
        Settings recipe,
        List<PlanKind> plans,
        int seeds,
        @Nullable Comparison comparison,
        @Nullable EarlyStopping earlyStopping) {

    /** Any parts; {@link #checked} says whether they hold together. */
    public StudySpec {
        paper = paper.strip();
        claim = claim.strip();
        plans = List.copyOf(plans);
    }

    /**
     * This study, when it holds together.
     *
     * @throws StudyException with everything that is wrong
     */
    public StudySpec checked() {
        List<SpecProblem> problems = SpecRules.check(this);
        if (!problems.isEmpty()) {
            throw new StudyException(problems.stream()
                    .map(problem -> "study " + Text.quote(name) + ": " + problem.message())
                    .toList());
        }
        return this;
    }

    /** The variants, the base of a ladder among them; the untrained row is the planner's. */
    public List<Variant> variants() {
        return expansion().variants();
    }

    /** What the kinds expand to. */
    public Expansion expansion() {
        return Expander.expand(this);
    }

    /** Canonical JSON, in the layout of the YAML form. */
    public String toJson() {
        return CanonicalJson.text(toTree());
    }

    /** SHA-256 of {@link #toJson}, 64 hex digits. */
    public String hash() {
        return CanonicalJson.hash(toTree());
    }

    /** Maps, lists and raw values in the layout and order of the YAML form. */
    public Map<String, Object> toTree() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("study", name);
        if (!paper.isEmpty()) {
            tree.put("paper", paper);
        }
        if (!claim.isEmpty()) {
            tree.put("claim", claim);
        }
        Map<String, Object> start = new LinkedHashMap<>();
        start.put("model", base.model());
        start.putAll(base.overrides().raw());
        tree.put("base", start);
        for (Section section : Section.values()) {
            Map<String, Object> set = new LinkedHashMap<>();
            for (Setting<?> setting : recipe.all()) {
                if (section != Section.ARCHITECTURE && Section.of(setting.knob()) == section) {
                    set.put(Section.shortName(setting.knob()), setting.raw());
                }
            }
            if (!set.isEmpty()) {
                tree.put(section.word(), set);
            }
        }
        tree.putAll(PlanTree.of(plans));
        tree.put("seeds", seeds);
        if (comparison != null) {
            Map<String, Object> compare = new LinkedHashMap<>();
            compare.put("paired-by", word(comparison.pairedBy()));
            compare.put("correction", word(comparison.correction()));
            tree.put("compare", compare);
        }
        if (earlyStopping != null) {
            tree.put(EarlyStopping.WORD, earlyStopping.tree());
        }
        return tree;
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
