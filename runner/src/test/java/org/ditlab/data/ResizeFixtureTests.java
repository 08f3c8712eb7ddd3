package org.ditlab.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class ResizeFixtureTests {
    /** The tolerances of the fixtures' README, on the scale 0..255. */
    private static final Map<ResizeMethod, Double> TOLERANCES = Map.of(
            ResizeMethod.TF1_BILINEAR, 0.0,
            ResizeMethod.HALFPIXEL_BILINEAR, 2e-4,
            ResizeMethod.ANTIALIAS_BILINEAR, 5e-3,
            ResizeMethod.ANTIALIAS_BICUBIC, 5e-3,
            ResizeMethod.PLAIN_BICUBIC, 1e-3,
            ResizeMethod.PIL_BICUBIC_FLOAT_CLIPPED, 1e-4,
            ResizeMethod.PIL_BICUBIC_UINT8, 0.0,
            ResizeMethod.PIL_BILINEAR_UINT8, 0.0,
            ResizeMethod.GRID_SAMPLE_EMULATION, 1e-3);

    private static final Pattern TARGET = Pattern.compile(".*_to_(\\d+)x(\\d+)");
    private static final Pattern ROWS = Pattern.compile("\\.rows_([0-9_]+)");

    @TestFactory
    List<DynamicTest> everyMethodAgrees() throws IOException {
        JsonNode expected = MetricFixtures.json("resize/expected.json");
        Map<String, NpyArray> inputs = Npz.read(MetricFixtures.file("resize/inputs.npz"));
        Map<String, NpyArray> outputs = Npz.read(MetricFixtures.file("resize/outputs.npz"));
        List<DynamicTest> tests = new ArrayList<>();
        expected.fields()
                .forEachRemaining(pair -> pair.getValue().fields().forEachRemaining(method -> {
                    String name = pair.getKey() + "." + method.getKey();
                    ResizeMethod resize = ResizeMethod.valueOf(method.getKey().toUpperCase(Locale.ROOT));
                    tests.add(DynamicTest.dynamicTest(
                            name, () -> check(resize, inputs.get(pair.getKey()), name, method.getValue(), outputs)));
                }));
        assertThat(tests).isNotEmpty();
        return tests;
    }

    private static void check(
            ResizeMethod method, NpyArray image, String name, JsonNode expected, Map<String, NpyArray> outputs) {
        Matcher target = TARGET.matcher(name.substring(0, name.indexOf('.')));
        assertThat(target.matches()).as(name).isTrue();
        int height = Integer.parseInt(target.group(1));
        int width = Integer.parseInt(target.group(2));
        float[] made = resized(method, image, height, width);

        String key = outputs.keySet().stream()
                .filter(stored -> stored.equals(name) || stored.startsWith(name + ".rows_"))
                .findFirst()
                .orElseThrow();
        Matcher some = ROWS.matcher(key);
        String[] rows = some.find() ? some.group(1).split("_") : null;
        double[] values = outputs.get(key).doubles();
        double tolerance = TOLERANCES.get(method);
        int row = width * 3;
        for (int i = 0; i < values.length; i++) {
            int at = rows == null ? i : Integer.parseInt(rows[i / row]) * row + i % row;
            assertThat((double) made[at]).as(key + " at " + i).isCloseTo(values[i], within(tolerance));
        }
        double mean = 0;
        for (float value : made) {
            mean += value / (double) made.length;
        }
        assertThat(mean).isCloseTo(expected.get("mean").asDouble(), within(1e-3));
        if (tolerance == 0) {
            assertThat(crc(made, expected.get("dtype").asText().equals("uint8")))
                    .isEqualTo(expected.get("crc32_le").asText());
        }
    }

    /** (H', W', 3). */
    private static float[] resized(ResizeMethod method, NpyArray image, int height, int width) {
        int inHeight = image.shape()[0];
        int inWidth = image.shape()[1];
        byte[] pixels = image.bytes();
        Resize resize = method.between(inHeight, inWidth, height, width);
        float[] out = new float[height * width * 3];
        for (int channel = 0; channel < 3; channel++) {
            byte[] plane = new byte[inHeight * inWidth];
            for (int i = 0; i < plane.length; i++) {
                plane[i] = pixels[3 * i + channel];
            }
            float[] made = new float[height * width];
            resize.plane(plane, 0, made, 0);
            for (int i = 0; i < made.length; i++) {
                out[3 * i + channel] = made[i];
            }
        }
        return out;
    }

    private static String crc(float[] values, boolean bytes) {
        ByteBuffer buffer = ByteBuffer.allocate(values.length * (bytes ? 1 : 4)).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            if (bytes) {
                buffer.put((byte) value);
            } else {
                buffer.putFloat(value);
            }
        }
        CRC32 crc = new CRC32();
        crc.update(buffer.array());
        return "%08x".formatted(crc.getValue());
    }

    @Test
    void planesAreReadAndWrittenWhereTheyAreAskedFor() {
        byte[] in = {99, 10, 20, 30, 40, 99};
        for (ResizeMethod method : ResizeMethod.values()) {
            float[] out = {-1, 0, 0, 0, 0, -1};
            method.between(2, 2, 2, 2).plane(in, 1, out, 1);

            assertThat(out).as(method.name()).containsExactly(new float[] {-1, 10, 20, 30, 40, -1}, within(1e-4f));
        }
    }
}
