package org.ditlab.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.ditlab.study.plan.StageKind;
import org.jspecify.annotations.Nullable;

/**
 * One trial as the study directory has it. Maps keep the order of their files.
 *
 * @param hash full hash
 * @param settings every knob's raw value by name
 * @param cost {@code parameters}, {@code parameters_folded}, {@code macs}, {@code macs_torchprofile}, {@code
 *     macs_dit_paper}, {@code macs_train_graph}, {@code activation_bytes}
 * @param metrics empty unless done; deterministic values only
 * @param timing seconds, rates, memory
 * @param protocol how the metrics were measured
 * @param stages the stages it is made of, in order
 * @param stopped where early stopping ended it, or null
 */
public record TrialResult(
        String hash,
        String variant,
        int replicate,
        long seed,
        TrialStatus status,
        Map<String, Object> settings,
        Map<String, Object> cost,
        Map<String, Object> metrics,
        Map<String, Object> timing,
        Map<String, Object> protocol,
        List<TrialStage> stages,
        @Nullable RungPlace stopped) {
    /** The first 12 hex digits. */
    public String id() {
        return hash.substring(0, 12);
    }

    /** A number among metrics, timing and cost, in this order. */
    public Optional<Double> number(String key) {
        for (Map<String, Object> map : List.of(metrics, timing, cost)) {
            if (map.get(key) instanceof Number number) {
                return Optional.of(number.doubleValue());
            }
        }
        return Optional.empty();
    }

    public Optional<TrialStage> stage(StageKind kind) {
        return stages.stream().filter(stage -> stage.kind() == kind).findFirst();
    }

    /** An output of a stage, for instance {@code samples.png}, when it is there. */
    public Optional<Path> file(StageKind kind, String name) {
        return stage(kind).map(stage -> stage.directory().path().resolve(name)).filter(Files::isRegularFile);
    }

    /** Rows of training by step: {@code step}, {@code loss}, {@code mse}, {@code vb}, {@code seconds}, ... */
    public List<Map<String, Object>> curve() throws IOException {
        Optional<TrialStage> train = stage(StageKind.TRAIN);
        return train.isPresent() ? train.get().directory().curve() : List.of();
    }

    /** One metric of training by step, its finite values: {@code loss}. */
    public NavigableMap<Long, Double> curve(String metric) throws IOException {
        Optional<TrialStage> train = stage(StageKind.TRAIN);
        return train.isPresent() ? train.get().directory().curve(metric) : new TreeMap<>();
    }
}
