package org.ditlab.chart;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.ditlab.model.ModelZoo;
import org.ditlab.store.TrialResult;
import org.ditlab.store.TrialStatus;
import org.ditlab.study.GroupMember;
import org.ditlab.study.PlanGroup;
import org.ditlab.summary.Protocol;
import org.ditlab.summary.StudySummary;
import org.ditlab.summary.VariantSummary;

/** Studies by formulas, in memory: what charts read and no more. */
final class ChartFixture {
    private static final String[] RUNGS = {
        "base",
        "DiT-UNet",
        "DiT-UNet + KV downsampling",
        "U-DiT (vanilla)",
        "+ cosine similarity",
        "+ RoPE2D",
        "+ depthwise FFN",
        "+ re-parametrisation"
    };
    private static final double[] FIDS = {463, 278, 270, 268, 270, 255, 251, 221};
    private static final double[] GMACS = {0.0652, 0.0661, 0.0583, 0.0518, 0.0518, 0.0519, 0.0562, 0.0562};

    private final String name;
    private final List<TrialResult> trials = new ArrayList<>();
    private final Map<String, Object> protocol = new LinkedHashMap<>();
    private final Map<String, Object> settings = new LinkedHashMap<>();
    private final Map<String, Object> metrics = new LinkedHashMap<>();
    private final Map<String, Object> spec = new LinkedHashMap<>();
    private final List<PlanGroup> groups = new ArrayList<>();

    ChartFixture(String name) {
        this.name = name;
        spec.put("study", name);
        protocol.putAll(Map.of("features", "classifier:shapes-16", "samples", 500, "sampler", "ddim 20"));
        protocol.putAll(Map.of("guidance", 1.0, "reference", "shapes-16 train, 10000 images"));
        settings.putAll(Map.of("train.steps", 500, "train.batch", 32, "input", List.of(4, 32, 32)));
    }

    /** A ladder of eight rungs, one of which is a control, and the losses by tenths of the schedule. */
    static StudySummary ladder(int seeds) {
        return ladder(seeds, seeds);
    }

    /** The same, with so many seeds of the last rung. */
    static StudySummary ladder(int seeds, int last) {
        ChartFixture study = new ChartFixture("udit-ladder-mini");
        List<GroupMember> members = new ArrayList<>();
        for (int i = 0; i < RUNGS.length; i++) {
            members.add(new GroupMember(RUNGS[i], RUNGS[i], List.of(), List.of(), List.of(), Map.of()));
            study.settings.putAll(
                    ModelZoo.find(i < 2 ? "DiT-S/4" : "U-DiT-S").orElseThrow().raw());
            for (int seed = 1; seed <= (i == RUNGS.length - 1 ? last : seeds); seed++) {
                for (int bin = 0; bin < 10; bin++) {
                    double loss = 0.4 / (bin + 1.5) * (1 - 0.06 * i) * (1 + 0.02 * Math.sin(i + 3 * seed + bin));
                    study.metrics.put("heldout.loss.bin" + bin, loss);
                }
                double fid = FIDS[i] * (1 + 0.03 * Math.cos(2 * seed) + 0.005 * Math.sin(11 * seed + 5 * i));
                study.add(RUNGS[i], seed, fid, GMACS[i] * 1e9, 5e5 + 4e4 * i, 0.02 + 0.003 * i);
            }
        }
        study.groups.add(new PlanGroup("ladder", "ladder", members, List.of(), List.of()));
        study.spec.put("plans", List.of(Map.of("ladder", List.of(Map.of("control", RUNGS[2], "of", RUNGS[1])))));
        return study.summary();
    }

    /** Two models sampled at five guidance scales each. */
    static StudySummary guidance() {
        ChartFixture study = new ChartFixture("guidance-sweep");
        for (String model : List.of("DiT-S/4", "U-DiT-S")) {
            study.settings.putAll(ModelZoo.find(model).orElseThrow().raw());
            for (double scale : new double[] {1, 1.25, 1.5, 2, 3}) {
                study.settings.put("sample.guidance", scale);
                study.protocol.put("guidance", scale);
                for (int seed = 1; seed <= 3; seed++) {
                    double best = model.startsWith("U") ? 1.6 : 1.9;
                    double fid = (model.startsWith("U") ? 31 : 68)
                            + 20 * Math.pow(scale - best, 2)
                            + Math.sin(seed * 9 + scale);
                    study.add(model + ", guidance " + scale, seed, fid, 1.4e9, 33e6, 0.3);
                }
            }
        }
        return study.summary();
    }

    /** Two models measured as papers measure. */
    static StudySummary inception() {
        ChartFixture study = new ChartFixture("at-scale");
        study.protocol.putAll(Map.of("features", "inception", "samples", 50_000));
        study.protocol.put("reference", "imagenet-256 train, 1281167 images, sha256 0123456789ab");
        for (int seed = 1; seed <= 3; seed++) {
            study.settings.put("skeleton", "isotropic");
            study.add("DiT-S/2", seed, 66 + seed, 6.06e9, 33e6, 0.3);
            study.settings.put("skeleton", "unet");
            study.add("U-DiT-S", seed, 30 + 0.7 * seed, 6.04e9, 52e6, 0.35);
        }
        return study.summary();
    }

    /** Four ways to downsample tokens, and one model that differs in its width as well. */
    static StudySummary downsamplers() {
        ChartFixture study = new ChartFixture("downsampler");
        study.settings.putAll(ModelZoo.find("U-DiT-S").orElseThrow().raw());
        String[] ways = {"none", "dense", "depthwise"};
        for (int i = 0; i < ways.length; i++) {
            study.settings.put("attention.downsampler", ways[i]);
            for (int seed = 1; seed <= 3; seed++) {
                study.add(ways[i], seed, 54 - 6 * i + Math.sin(5 * seed + i), 6e9 + i * 1e8, 44e6, 0.5);
            }
        }
        study.settings.put("width", 192);
        study.add("wider", 1, 30, 1.2e10, 88e6, 0.9);
        return study.summary();
    }

    /** Two variants that keep a share of their tokens by layer and by place in the noise schedule. */
    static StudySummary routing() {
        ChartFixture study = new ChartFixture("token-routing");
        for (int layer = 0; layer < 12; layer++) {
            for (int bin = 0; bin < 10; bin++) {
                double share = 0.2 + 0.75 / (1 + Math.exp(0.9 * (bin - 4) - 0.5 * (layer - 6)));
                study.metrics.put(String.format(Locale.ROOT, "routing.ratio.blocks.%d.bin%d", layer, bin), share);
            }
        }
        study.add("routed", 1, 50, 1e9, 33e6, 0.2);
        study.metrics.remove("routing.ratio.blocks.3.bin7");
        study.add("routed", 2, 51, 1e9, 33e6, 0.2);
        study.metrics.clear();
        study.add("dense", 1, 48, 1.4e9, 33e6, 0.3);
        return study.summary();
    }

    /** Many variants, some of nearly one cost and quality, with long names. */
    static StudySummary many(int variants) {
        ChartFixture study = new ChartFixture("many");
        for (int i = 0; i < variants; i++) {
            double gmacs = 1 + i / 3 * 0.8 + i % 3 * 0.01;
            String name =
                    "variant " + i + (i % 4 == 0 ? " with a name that says everything that was changed in it" : "");
            for (int seed = 1; seed <= 3; seed++) {
                double fid = 60 / Math.sqrt(gmacs) + 0.4 * Math.sin(i) + 0.6 * Math.sin(seed * 5 + i);
                study.add(name, seed, fid, gmacs * 1e9, 1e7 * (i + 1), 0.01 * (i + 1));
            }
        }
        return study.summary();
    }

    private void add(String variant, int seed, double fid, double macs, double parameters, double seconds) {
        Map<String, Object> own = new LinkedHashMap<>(metrics);
        own.put("fid", fid);
        Map<String, Object> timing = Map.of(
                "train.seconds_per_step",
                seconds * (1 + 0.01 * seed),
                "train.peak_memory_bytes",
                3e8 + 20 * parameters);
        trials.add(new TrialResult(
                String.format(Locale.ROOT, "%012x", variant.hashCode() * 31L + seed & 0xffffffffffffL) + "0".repeat(52),
                variant,
                seed,
                seed,
                TrialStatus.DONE,
                Map.copyOf(settings),
                Map.of("macs", macs, "macs_train_graph", macs, "parameters", parameters),
                own,
                timing,
                Map.copyOf(protocol),
                List.of(),
                null));
    }

    private StudySummary summary() {
        Map<String, List<TrialResult>> byName = new LinkedHashMap<>();
        trials.forEach(trial -> byName.computeIfAbsent(trial.variant(), unused -> new ArrayList<>())
                .add(trial));
        List<VariantSummary> variants = new ArrayList<>();
        byName.forEach((variant, own) -> variants.add(new VariantSummary(variant, own)));
        return new StudySummary(name, spec, variants, Protocol.of(variants), Map.of(), groups, List.of());
    }
}
