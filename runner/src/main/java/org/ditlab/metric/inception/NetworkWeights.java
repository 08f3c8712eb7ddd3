package org.ditlab.metric.inception;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ditlab.nn.KeyMismatch;
import org.ditlab.nn.Module;
import org.ditlab.nn.StateDict;
import org.ditlab.study.StudyException;
import org.ditlab.tensor.Shape;

/** Brings weights from outside into the form that the network has: one scale per batch norm, nothing of training. */
final class NetworkWeights {
    private static final String SCALE = ".bn.weight";
    private static final String VARIANCE = ".bn.running_var";
    private static final String COUNTER = ".num_batches_tracked";

    private NetworkWeights() {}

    /**
     * The same weights without counters of training, and with ones where no batch norm has a scale.
     *
     * @throws StudyException with everything that does not fit
     */
    static StateDict fit(StateDict weights, Module network) {
        Map<String, StateDict.Entry> entries = new LinkedHashMap<>(weights.entries());
        entries.keySet().removeIf(name -> name.endsWith(COUNTER));
        if (entries.keySet().stream().noneMatch(name -> name.endsWith(SCALE))) {
            network.parameters().forEach((name, parameter) -> {
                if (name.endsWith(SCALE)) {
                    entries.put(name, ones(parameter.shape()));
                }
            });
        }
        StateDict fitting = new StateDict(entries);
        List<String> problems = new ArrayList<>();
        KeyMismatch mismatch = KeyMismatch.between(fitting.shapes(), network);
        if (!mismatch.isEmpty()) {
            problems.add(mismatch.describe());
        }
        entries.forEach((name, entry) -> unsound(name, entry).ifPresent(problem -> problems.add("  " + problem)));
        if (!problems.isEmpty()) {
            throw new StudyException("weights do not fit the Inception-v3 of 2015-12-05 (" + entries.size()
                    + " tensors); give the published file:\n" + String.join("\n", problems));
        }
        return fitting;
    }

    /** The scales of a batch norm that has none. */
    static StateDict.Entry ones(Shape shape) {
        float[] values = new float[(int) shape.elements()];
        Arrays.fill(values, 1);
        return new StateDict.Entry(shape, values);
    }

    /** The first value of a tensor that no trained network has. */
    static Optional<String> unsound(String name, StateDict.Entry entry) {
        boolean variance = name.endsWith(VARIANCE);
        float[] values = entry.values();
        if (values.length != entry.shape().elements()) {
            return Optional.of(name + " holds " + values.length + " numbers, expected those of " + entry.shape());
        }
        for (int i = 0; i < values.length; i++) {
            if (!Float.isFinite(values[i]) || variance && values[i] < 0) {
                return Optional.of(name + " holds " + values[i] + " at " + i + ", expected "
                        + (variance ? "finite numbers of at least 0" : "finite numbers"));
            }
        }
        return Optional.empty();
    }
}
