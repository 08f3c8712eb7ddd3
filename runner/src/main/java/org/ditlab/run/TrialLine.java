package org.ditlab.run;

import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.ditlab.metric.evaluation.Metric;
import org.ditlab.store.RungPlace;

/** A trial's result in few words, for the person who waits; reports have the whole of it. */
public final class TrialLine {
    private static final Set<String> MEASURED =
            Stream.of(Metric.values()).flatMap(metric -> metric.keys().stream()).collect(Collectors.toSet());

    private TrialLine() {}

    /** {@code done after 1:03, training loss 0.04512, FID 383.2}. */
    static String of(Map<String, Object> result) {
        StringBuilder line = new StringBuilder(String.valueOf(result.get("status")));
        double seconds = 0;
        if (result.get("timing") instanceof Map<?, ?> timing) {
            for (Map.Entry<?, ?> entry : timing.entrySet()) {
                boolean stage = String.valueOf(entry.getKey()).matches("[a-z]+\\.seconds(@.*)?");
                seconds += stage && entry.getValue() instanceof Number number ? number.doubleValue() : 0;
            }
        }
        if (seconds > 0) {
            line.append(" after ").append(ProgressDisplay.clock(Duration.ofSeconds(Math.round(seconds))));
        }
        RungPlace.ofResult(result).ifPresent(place -> line.append(", ").append(place.text()));
        if (result.get("metrics") instanceof Map<?, ?> metrics) {
            metrics(metrics)
                    .forEach((label, value) ->
                            line.append(", ").append(label).append(' ').append(value));
            if (metrics.get(TrainStage.LOSS_GROWTH) instanceof Number growth) {
                line.append("; the loss ended ")
                        .append(Math.round(growth.doubleValue()))
                        .append(
                                " times as high as it began: the model has not learned; lower train.learning-rate, or set"
                                        + " train.warmup or train.clip");
            }
        }
        return line.toString();
    }

    /** What is shown of a result's metrics: labels and numbers with four digits, those of the last weights. */
    public static Map<String, String> metrics(Map<?, ?> metrics) {
        Map<String, String> shown = new LinkedHashMap<>();
        metrics.forEach((key, value) -> {
            String label = label(String.valueOf(key));
            if (!label.isEmpty() && value instanceof Number number) {
                shown.put(label, digits(number.doubleValue()));
            }
        });
        return shown;
    }

    private static String label(String key) {
        return switch (key) {
            case "train.loss" -> "training loss";
            case "heldout.loss" -> "held-out loss";
            case "diverged_at_step" -> "at step";
            default -> MEASURED.contains(key) ? Metric.label(key) : "";
        };
    }

    private static String digits(double value) {
        if (!Double.isFinite(value)) {
            return String.valueOf(value);
        }
        if (value == Math.rint(value)) {
            return BigDecimal.valueOf(value).setScale(0).toPlainString();
        }
        BigDecimal rounded = new BigDecimal(value).round(new MathContext(4));
        return Math.abs(value) < 1e-4 ? rounded.toString() : rounded.toPlainString();
    }
}
