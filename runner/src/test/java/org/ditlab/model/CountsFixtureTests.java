package org.ditlab.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.ditlab.fixtures.Fixtures;
import org.ditlab.fixtures.OfficialConfig;
import org.ditlab.knob.Settings;
import org.ditlab.nn.Parameter;
import org.ditlab.tensor.Convention;
import org.ditlab.tensor.random.RandomStream;
import org.ditlab.tensor.random.Streams;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Our counts of parameters and arithmetic, and the names and shapes of all tensors, against the official code's. */
class CountsFixtureTests {
    /** Elements above which starting values are not drawn: the rule is the same for large tensors. */
    private static final long DRAWN = 200_000;

    static Stream<Named<JsonNode>> rows() {
        List<Named<JsonNode>> rows = new ArrayList<>();
        read("counts.json")
                .get("rows")
                .forEach(row -> rows.add(Named.of(row.get("name").asText(), row)));
        return rows.stream();
    }

    static Stream<Arguments> manifests() {
        List<Arguments> manifests = new ArrayList<>();
        read("state_dict_manifests.json").fields().forEachRemaining(field -> {
            if (ModelZoo.find(field.getKey()).isPresent()) {
                manifests.add(Arguments.of(field.getKey(), field.getValue()));
            }
        });
        return manifests.stream();
    }

    private static JsonNode read(String file) {
        Path folder = Fixtures.folder("counts");
        assumeTrue(Files.isDirectory(folder), "no folder of counts beside the repository");
        return Fixtures.json(folder.resolve(file));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void countsAgree(JsonNode row) {
        int side = row.get("latent").asInt();
        Settings settings =
                OfficialConfig.settings(row.get("family").asText(), row.get("config"), List.of(4, side, side));
        ModelCost cost = ModelCost.of(settings);
        long products = row.get("elementwise_mul").asLong();

        assertThat(cost.parameters()).isEqualTo(row.get("params").asLong());
        if (row.get("graph").asText().equals("train")) {
            assertThat(cost.macsTraining()).isEqualTo(row.get("macs").asLong());
            assertThat(ModelCost.trace(ModelZoo.build(settings)).cost(Convention.TORCHPROFILE))
                    .isEqualTo(row.get("macs_plus_mul").asLong());
        } else {
            assertThat(cost.macs()).isEqualTo(row.get("macs").asLong());
            assertThat(cost.macsTorchprofile() - cost.macs()).isEqualTo(products);
            assertThat(cost.macsTorchprofile())
                    .isEqualTo(row.get("macs_plus_mul").asLong());
        }
        if (row.has("macs_plus_layernorm")) {
            assertThat(cost.macsDitPaper())
                    .isEqualTo(row.get("macs_plus_layernorm").asLong());
        }
    }

    @ParameterizedTest
    @MethodSource("manifests")
    void tensorsHaveTheOfficialNamesShapesAndStartingValues(String model, JsonNode manifest) {
        Map<String, Parameter> parameters =
                ModelZoo.build(ModelZoo.find(model).orElseThrow()).parameters();
        Map<String, String> expected = new TreeMap<>();
        RandomStream init = new Streams(1).stream("init");
        for (JsonNode tensor : manifest) {
            String name = tensor.get(0).asText();
            expected.put(name, tensor.get(1).toString());
            Parameter parameter = parameters.get(name);
            if (parameter != null && parameter.shape().elements() < DRAWN) {
                starts(name, parameter.initializer().values(parameter.shape(), init.named(name)), tensor.get(2));
            }
        }
        Map<String, String> ours = new TreeMap<>();
        parameters.forEach((name, parameter) ->
                ours.put(name, Arrays.toString(parameter.shape().toArray()).replace(" ", "")));
        assertThat(ours).isEqualTo(expected);
    }

    private static void starts(String name, float[] values, JsonNode rule) {
        double largest = 0;
        double squares = 0;
        for (float value : values) {
            largest = Math.max(largest, Math.abs(value));
            squares += (double) value * value;
        }
        double deviation = Math.sqrt(squares / values.length);
        // Of n draws the standard deviation is known to 1 / sqrt(2 n) of itself; five times that is never reached by
        // chance.
        double slack = 5 / Math.sqrt(2.0 * values.length);
        switch (rule.get("kind").asText()) {
            case "uniform" -> {
                double bound = rule.get("bound").asDouble();
                assertThat(largest).as(name).isLessThanOrEqualTo(bound * (1 + 1e-6));
                assertThat(deviation).as(name).isCloseTo(bound / Math.sqrt(3), withinPercentage(100 * slack));
            }
            case "normal" ->
                assertThat(deviation).as(name).isCloseTo(rule.get("std").asDouble(), withinPercentage(100 * slack));
            case "constant" -> {
                float value = (float) rule.get("value").asDouble();
                for (float each : values) {
                    assertThat(each).as(name).isEqualTo(value);
                }
            }
            default -> assertThat(rule.get("kind").asText()).as(name).isEqualTo("sincos2d");
        }
    }
}
