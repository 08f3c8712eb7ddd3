package org.ditlab.study;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.ditlab.knob.Settings;
import org.ditlab.model.ModelZoo;
import org.jspecify.annotations.Nullable;

/** What a study has expanded to so far: the names that are taken, the variants by kind, and what is wrong. */
final class Expanding {
    /** Longest automatic name. */
    static final int NAME_LENGTH = 80;

    private final StudySpec spec;
    private final Settings start;
    private final Set<String> taken = new HashSet<>(Set.of(Variant.BASE, Variant.UNTRAINED));
    private final List<List<Variant>> variants = new ArrayList<>();
    private final List<Variant> steps = new ArrayList<>();
    private final Map<String, String> places = new LinkedHashMap<>();
    private final List<SpecProblem> problems = new ArrayList<>();
    private final List<SpecProblem> warnings = new ArrayList<>();
    private final Map<String, Settings> reached = new HashMap<>();

    private final Map<Made, String> made = new HashMap<>();

    private record Made(List<Change> changes, @Nullable Match match) {}

    Expanding(StudySpec spec) {
        this.spec = spec;
        this.start = ModelZoo.find(spec.base().model())
                .orElse(Settings.empty())
                .with(spec.base().overrides())
                .with(spec.recipe());
        spec.plans().forEach(plan -> variants.add(new ArrayList<>()));
        for (PlanKind plan : spec.plans()) {
            if (!(plan instanceof Generated<?>)) {
                plan.changes().forEach(change -> taken.add(change.name()));
            }
        }
        reached.put(Variant.BASE, Settings.empty());
    }

    StudySpec spec() {
        return spec;
    }

    /** What a study sets, with a variant's settings laid over it. */
    Settings said(Settings variant) {
        return start.with(variant);
    }

    /** What a variant that is already there sets; nothing for a name that is not there. */
    Settings reached(String variant) {
        return reached.getOrDefault(variant, Settings.empty());
    }

    boolean has(String variant) {
        return reached.containsKey(variant);
    }

    Set<String> names() {
        return new LinkedHashSet<>(reached.keySet());
    }

    void report(String place, String text, String remark) {
        problems.add(new SpecProblem(place, text, remark));
    }

    void warn(String place, String text) {
        warnings.add(new SpecProblem(place, text, ""));
    }

    /** Takes the first of these names that is free and short enough, the last with a number where none is. */
    String name(String... wishes) {
        for (String wish : wishes) {
            if (wish.length() <= NAME_LENGTH && taken.add(wish)) {
                return wish;
            }
        }
        String last = wishes[wishes.length - 1];
        String stem = last.length() > NAME_LENGTH - 8 ? last.substring(0, NAME_LENGTH - 8) : last;
        for (int i = 2; ; i++) {
            String name = stem + " (" + i + ")";
            if (taken.add(name)) {
                return name;
            }
        }
    }

    /** Adds the base to a kind, unless a kind has it. */
    void base(int kind) {
        if (variants.stream().flatMap(List::stream).noneMatch(variant -> variant.role() == VariantRole.BASE)) {
            variants.get(kind).add(Variant.base());
        }
    }

    /** Adds a variant that stands on another. */
    void add(int kind, Variant variant, String place) {
        variants.get(kind).add(variant);
        reached.putIfAbsent(variant.name(), variant.settings());
        places.putIfAbsent(variant.name(), place);
    }

    /** The variant that these changes were made to already, or null. */
    @Nullable
    String made(List<Change> changes, Terms terms) {
        return made.get(new Made(List.copyOf(changes), terms.match()));
    }

    /**
     * Adds a variant made of changes on the base, with a step below for each change whose match has to be solved before
     * the next change is made.
     */
    void add(int kind, String name, List<Change> changes, Terms terms, String place) {
        made.putIfAbsent(new Made(List.copyOf(changes), terms.match()), name);
        List<Change> chain = new ArrayList<>(changes);
        if (terms.match() != null) {
            chain.add(new Change(name, Settings.empty(), terms.match()));
        }
        String parent = Variant.BASE;
        Settings whole = Settings.empty();
        Settings since = Settings.empty();
        for (int i = 0; i < chain.size(); i++) {
            Change change = chain.get(i);
            whole = whole.with(change.settings());
            since = since.with(change.settings());
            if (change.match() != null && i < chain.size() - 1) {
                String step = name(name + " / " + change.name());
                steps.add(
                        new Variant(step, VariantRole.VARIANT, parent, new Change(step, since, change.match()), whole));
                places.put(step, place);
                parent = step;
                since = Settings.empty();
            }
        }
        Match last = chain.isEmpty() ? null : chain.get(chain.size() - 1).match();
        add(kind, new Variant(name, VariantRole.VARIANT, parent, new Change(name, since, last), whole), place);
    }

    Expansion done(List<PlanGroup> groups) {
        List<Variant> all = new ArrayList<>();
        variants.forEach(all::addAll);
        return new Expansion(all, steps, groups, places, problems, warnings);
    }
}
