package org.ditlab.study;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.ditlab.knob.DomainException;
import org.ditlab.knob.Setting;
import org.ditlab.knob.Settings;
import org.ditlab.model.ModelZoo;

/** What must hold of a study whichever way it was written; every problem is reported, not the first one. */
public final class SpecRules {
    /** Most replicates that a study may have. */
    public static final int MAX_SEEDS = 1000;

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]*(\\.[A-Za-z0-9_-]+)*");
    private static final int NAME_LENGTH = 64;

    private final List<SpecProblem> problems = new ArrayList<>();

    private SpecRules() {}

    /** Everything that is wrong with a study; empty when nothing is. */
    public static List<SpecProblem> check(StudySpec spec) {
        SpecRules rules = new SpecRules();
        rules.header(spec);
        rules.base(spec.base());
        rules.settings("recipe/", spec.recipe(), true);
        if (PlanRules.check(spec.plans(), rules)) {
            Expansion expansion = spec.expansion();
            rules.problems.addAll(expansion.problems());
            rules.problems.addAll(MatchRules.check(spec, expansion));
            if (spec.earlyStopping() != null) {
                rules.problems.addAll(spec.earlyStopping()
                        .problems(
                                expansion.variants().stream().map(Variant::name).toList()));
            }
        }
        return rules.problems;
    }

    private void header(StudySpec spec) {
        if (spec.name().length() > NAME_LENGTH || !NAME.matcher(spec.name()).matches()) {
            report(
                    "study",
                    Text.quote(spec.name()) + " cannot name a directory; expected letters, digits, - and _, at most "
                            + NAME_LENGTH);
        }
        prose("paper", spec.paper());
        prose("claim", spec.claim());
        if (spec.seeds() < 1 || spec.seeds() > MAX_SEEDS) {
            report("seeds", spec.seeds() + " is out of range; expected a whole number from 1 to " + MAX_SEEDS);
        }
    }

    private void prose(String place, String text) {
        if (!Text.printable(text)) {
            report(place, "has characters that cannot be printed; expected plain text");
        }
    }

    private void base(Base base) {
        if (ModelZoo.find(base.model()).isEmpty()) {
            problems.add(new SpecProblem(
                    "base/model",
                    "unknown model " + Text.quote(base.model()) + "; expected " + String.join(" | ", ModelZoo.names()),
                    Spelling.remark(base.model(), ModelZoo.names())));
        }
        settings("base/", base.overrides(), false);
    }

    private void settings(String place, Settings settings, boolean recipe) {
        for (Setting<?> setting : settings.all()) {
            String name = setting.knob().name();
            Section section = Section.of(setting.knob());
            if (recipe && section == Section.ARCHITECTURE) {
                report(place + name, name + " is a knob of the architecture; expected it in the base or in a change");
            } else if (!recipe && section != Section.ARCHITECTURE) {
                report(place + name, name + " is a knob of the recipe; expected it under " + section.word());
            }
            inDomain(place, setting);
        }
    }

    <V> void inDomain(String place, Setting<V> setting) {
        try {
            setting.knob().parse(setting.raw());
        } catch (DomainException e) {
            report(
                    place + setting.knob().name(),
                    setting.knob().name() + ": " + Text.quote(String.valueOf(setting.raw())) + " is not allowed; "
                            + e.getMessage());
        }
    }

    void report(String place, String text) {
        report(place, text, "");
    }

    void report(String place, String text, String remark) {
        problems.add(new SpecProblem(place, text, remark));
    }
}
