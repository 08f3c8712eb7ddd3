package org.ditlab.metric;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Map;
import java.util.stream.Stream;
import org.ditlab.data.MetricFixtures;
import org.ditlab.data.NpyArray;
import org.ditlab.data.Npz;
import org.junit.jupiter.params.provider.Arguments;

/** Feature sets of the fixtures, by the name of their case. */
final class MetricArrays {
    private static final String[] FILES = {
        "features/prc_arrays.npz", "features/fid_small.npz", "features/fid_nonneg.npz", "features/fid_pool3_few.npz"
    };

    private MetricArrays() {}

    /** A set {@code <case>.x} or {@code <case>.y}, from the first file that has it. */
    static Rows rows(String name) throws IOException {
        for (String file : FILES) {
            Map<String, NpyArray> arrays = Npz.read(MetricFixtures.file(file));
            if (arrays.containsKey(name)) {
                return rows(arrays.get(name));
            }
        }
        throw new IllegalArgumentException("no file of the fixtures has " + name);
    }

    static Rows rows(NpyArray array) {
        return Rows.of(array.floats(), array.shape()[0], array.shape()[1]);
    }

    /** Every entry of a file of expected values. */
    static Stream<Arguments> cases(String file) throws IOException {
        Stream.Builder<Arguments> cases = Stream.builder();
        for (Map.Entry<String, JsonNode> entry : MetricFixtures.json(file).properties()) {
            cases.add(Arguments.of(entry.getKey(), entry.getValue()));
        }
        return cases.build();
    }
}
