package org.ditlab.train;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.ditlab.knob.Domain;
import org.ditlab.knob.DomainException;
import org.ditlab.knob.Domains;
import org.ditlab.knob.Settings;

/**
 * Which of the weights that training leaves behind images are drawn from.
 *
 * @param word {@code ema}, the average of {@code train.ema-decay}; {@code raw}, the weights themselves; or the decay of an
 *     average of {@code train.ema-decays}, {@code 0.999}
 */
public record SampledWeights(String word) {
    /** The average of {@code train.ema-decay}. */
    public static final SampledWeights AVERAGE = new SampledWeights("ema");

    /** The weights without an average. */
    public static final SampledWeights RAW = new SampledWeights("raw");

    /** The average of a further decay. */
    public static SampledWeights of(double decay) {
        return new SampledWeights(BigDecimal.valueOf(decay).stripTrailingZeros().toPlainString());
    }

    /** Everything that a run of these settings leaves behind. */
    public static List<SampledWeights> all(Settings settings) {
        List<SampledWeights> all = new ArrayList<>();
        all.add(AVERAGE);
        settings.get(TrainKnobs.EMA_DECAYS).forEach(decay -> all.add(of(decay)));
        all.add(RAW);
        return all;
    }

    /** The file in the directory of the training stage. */
    public String file() {
        if (equals(AVERAGE)) {
            return "model.safetensors";
        }
        return equals(RAW) ? "model-raw.safetensors" : "model-ema-" + word + ".safetensors";
    }

    /** What a protocol calls them: {@code EMA 0.9999}, {@code raw}. */
    public String described(Settings settings) {
        if (equals(AVERAGE)) {
            return "EMA " + settings.get(TrainKnobs.EMA_DECAY);
        }
        return equals(RAW) ? word : "EMA " + word;
    }

    static Domain<SampledWeights> domain() {
        Domain<String> named = Domains.word(List.of(AVERAGE.word, RAW.word));
        Domain<Double> decay = Domains.realBelow(0, 1);
        return new Domain<>() {
            @Override
            public SampledWeights parse(Object raw) {
                if (named.words().contains(raw)) {
                    return new SampledWeights((String) raw);
                }
                try {
                    return of(decay.parse(raw));
                } catch (DomainException e) {
                    throw new DomainException("expected " + describe());
                }
            }

            @Override
            public Object render(SampledWeights value) {
                return value.word;
            }

            @Override
            public String describe() {
                return named.describe() + ", or a decay of train.ema-decays";
            }

            @Override
            public Map<String, Object> schema() {
                return Map.of("anyOf", List.of(named.schema(), decay.schema()));
            }
        };
    }
}
