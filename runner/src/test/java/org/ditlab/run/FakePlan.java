package org.ditlab.run;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.ditlab.knob.Settings;
import org.ditlab.model.ModelCost;
import org.ditlab.study.plan.Stage;
import org.ditlab.study.plan.StageKind;
import org.ditlab.study.plan.Trial;
import org.ditlab.study.plan.TrialJson;
import org.ditlab.train.TrainKnobs;

/** Trials of {@link FakeStages}: the four kinds of stages that every trial has, the extractor shared. */
final class FakePlan {
    static final long DIVERGES = 666;
    static final long CRASHES = 667;

    static final List<StageKind> KINDS =
            List.of(StageKind.EXTRACTOR, StageKind.TRAIN, StageKind.SAMPLE, StageKind.MEASURE);

    private FakePlan() {}

    /** One trial per seed. */
    static List<RunnableTrial> of(int trainSteps, long... seeds) {
        List<RunnableTrial> plan = new ArrayList<>();
        for (long seed : seeds) {
            plan.add(trial(trainSteps, seed));
        }
        return plan;
    }

    static List<StageKind> uses(StageKind kind) {
        return switch (kind) {
            case EXTRACTOR, TRAIN -> List.of();
            case SAMPLE, HELDOUT -> List.of(StageKind.TRAIN);
            case NEAREST -> List.of(StageKind.SAMPLE);
            case MEASURE -> List.of(StageKind.EXTRACTOR, StageKind.SAMPLE);
        };
    }

    static RunnableTrial trial(int trainSteps, long seed) {
        List<Stage> stages = new ArrayList<>();
        for (StageKind kind : KINDS) {
            String identity = kind + (kind == StageKind.EXTRACTOR ? "" : " " + trainSteps + " " + seed);
            List<String> uses = stages.stream()
                    .filter(stage -> uses(kind).contains(stage.kind()))
                    .map(Stage::hash)
                    .toList();
            stages.add(new Stage(kind, hash(identity), Map.of(), uses));
        }
        Settings settings = Settings.of(TrainKnobs.STEPS.to(trainSteps));
        Trial trial = new Trial(
                hash("trial " + trainSteps + " " + seed), "v" + trainSteps, (int) seed, seed, settings, stages);
        return new RunnableTrial(trial, TrialJson.tree(trial, new ModelCost(1, 1, 1_000_000, 1, 1, 1_000_000, 1)), 1e6);
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
