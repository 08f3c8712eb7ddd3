package org.ditlab.chart;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ditlab.knob.Knob;
import org.ditlab.knob.Setting;
import org.ditlab.knob.Settings;
import org.ditlab.model.ArchitectureKnobs;
import org.ditlab.model.inspect.BlockKind;
import org.ditlab.model.inspect.BlockRun;
import org.ditlab.model.inspect.ModelStructure;
import org.ditlab.model.inspect.ModuleNode;
import org.ditlab.summary.StudySummary;
import org.ditlab.summary.VariantSummary;
import org.ditlab.table.Figures;
import org.ditlab.tensor.Convention;

/** Where the GMACs of each variant go, by what its blocks do: the folded model's forward pass at batch 1, traced anew. */
public final class BlockCosts {
    /** The stem of the chart's id. */
    static final String ID = "gmacs-by-block";

    /** Tracing a model takes up to a tenth of a second. */
    private static final int MOST = 24;

    /** What a part of a model does. */
    enum Part {
        ATTENTION("attention", "#0072B2", Hatch.NONE),
        FEED_FORWARD("feed-forward", "#E69F00", Hatch.RISING),
        CONDITION("condition, modulation", "#009E73", Hatch.FALLING),
        RESAMPLING("down and up", "#CC79A7", Hatch.UPRIGHT),
        FUSION("skip fusion", "#56B4E9", Hatch.CROSSED),
        ENDS("input, output layer", "#D55E00", Hatch.LEVEL),
        CONVOLUTION("other convolutions", "#8a8a8a", Hatch.RISING),
        OTHER("other", "#8a8a8a", Hatch.NONE);

        private final Fill fill;

        Part(String label, String colour, Hatch hatch) {
            this.fill = new Fill(label, colour, hatch);
        }
    }

    private BlockCosts() {}

    /** The chart; empty where the architectures are not known. */
    public static Optional<BarChart> of(StudySummary study) {
        List<VariantSummary> trained = study.trained();
        Map<Settings, Map<Part, Long>> known = new HashMap<>();
        List<Map<Part, Long>> costs = new ArrayList<>();
        List<Integer> shown = new ArrayList<>();
        for (int i = 0; i < trained.size() && shown.size() < MOST; i++) {
            Optional<Settings> settings = settings(trained.get(i));
            if (settings.isPresent()) {
                try {
                    Map<Part, Long> parts = known.computeIfAbsent(settings.get(), BlockCosts::parts);
                    costs.add(parts);
                    shown.add(i);
                } catch (IllegalArgumentException e) {
                    // Written by another version of the program; its cost in the table stands.
                    continue;
                }
            }
        }
        if (shown.isEmpty()) {
            return Optional.empty();
        }
        List<Part> used = new ArrayList<>();
        for (Part part : Part.values()) {
            if (costs.stream().anyMatch(parts -> parts.getOrDefault(part, 0L) > 0)) {
                used.add(part);
            }
        }
        List<Bar> bars = new ArrayList<>();
        for (int row = 0; row < shown.size(); row++) {
            bars.add(bar(shown.get(row), trained.get(shown.get(row)), costs.get(row), used));
        }
        double most = bars.stream().mapToDouble(Bar::most).max().orElseThrow();
        int left = trained.size() - shown.size();
        return Optional.of(new BarChart(
                ID,
                "Where the multiply-accumulates go: " + study.name(),
                "Pure multiply-accumulates of one forward pass of the folded model at batch 1."
                        + (left > 0 ? " Of " + trained.size() + " variants, " + left + " are not shown." : ""),
                Axis.fitting("GMACs (10\u2079 multiply-accumulates)", 0, most, false),
                bars,
                used.stream().map(part -> part.fill).toList(),
                false));
    }

    private static Bar bar(int index, VariantSummary variant, Map<Part, Long> costs, List<Part> used) {
        List<BarPart> parts = new ArrayList<>();
        List<String> lines = new ArrayList<>();
        double total = costs.values().stream().mapToLong(Long::longValue).sum() / 1e9;
        double from = 0;
        for (int i = 0; i < used.size(); i++) {
            double cost = costs.getOrDefault(used.get(i), 0L) / 1e9;
            if (cost > 0) {
                parts.add(new BarPart(from, from + cost, i));
                from += cost;
                lines.add(used.get(i).fill.label() + " " + Figures.significant(cost) + " ("
                        + Figures.decimals(100 * cost / total, 1) + " %)");
            }
        }
        lines.add(0, variant.name());
        lines.add(1, "GMACs " + Figures.significant(total));
        return new Bar(
                Identifiers.of(index, variant.name()),
                variant.name(),
                parts,
                Double.NaN,
                Double.NaN,
                Double.NaN,
                List.of(),
                Figures.significant(total),
                Double.NaN,
                lines,
                Subject.of(index, variant));
    }

    /** The architecture's settings; empty where the trial does not name them, as of a model of another program. */
    static Optional<Settings> settings(VariantSummary variant) {
        List<Setting<?>> settings = new ArrayList<>();
        for (Knob<?> knob : ArchitectureKnobs.all()) {
            Object raw = variant.settings().get(knob.name());
            if (raw != null) {
                try {
                    settings.add(knob.parse(raw));
                } catch (IllegalArgumentException e) {
                    return Optional.empty();
                }
            }
        }
        boolean sized = variant.settings().containsKey(ArchitectureKnobs.INPUT.name());
        return sized ? Optional.of(Settings.empty().with(settings)) : Optional.empty();
    }

    /** Multiply-accumulates by what they are for; they add up to the model's. */
    static Map<Part, Long> parts(Settings settings) {
        ModelStructure structure = ModelStructure.folded("", settings, Convention.MACS);
        Map<Part, Long> parts = new EnumMap<>(Part.class);
        long left = structure.total().cost();
        for (BlockRun run : structure.graph().runs()) {
            left -= run.measure().cost();
            if (run.kind() == BlockKind.TRANSFORMER) {
                long rest = run.measure().cost();
                for (ModuleNode child : run.first().module().children()) {
                    long cost = child.total().cost() * run.count();
                    rest -= cost;
                    parts.merge(part(child.name()), cost, Long::sum);
                }
                parts.merge(Part.OTHER, rest, Long::sum);
            } else {
                parts.merge(part(run.kind()), run.measure().cost(), Long::sum);
            }
        }
        parts.merge(Part.OTHER, left, Long::sum);
        return parts;
    }

    /** What a module within a transformer block is for, by its name. */
    private static Part part(String module) {
        if (module.startsWith("attn") || module.startsWith("cross") || module.startsWith("norm")) {
            return Part.ATTENTION;
        }
        if (module.startsWith("mlp")) {
            return Part.FEED_FORWARD;
        }
        return module.startsWith("adaLN") ? Part.CONDITION : Part.OTHER;
    }

    private static Part part(BlockKind kind) {
        return switch (kind) {
            case TIME, LABEL -> Part.CONDITION;
            case EMBED, HEAD -> Part.ENDS;
            case TRANSFORMER -> Part.ATTENTION;
            case DOWN, UP -> Part.RESAMPLING;
            case FUSE -> Part.FUSION;
            case CONVOLUTION -> Part.CONVOLUTION;
            case OTHER -> Part.OTHER;
        };
    }
}
