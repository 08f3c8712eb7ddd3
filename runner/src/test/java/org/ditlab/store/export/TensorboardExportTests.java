package org.ditlab.store.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.ditlab.store.index.StudyIndex;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is written, read by the specifications of TFRecord, of protocol buffers, and of TensorFlow's event messages. */
class TensorboardExportTests {
    @TempDir
    private Path directory;

    @Test
    void eachTrialIsARunWithItsCurvesAndResults() throws IOException {
        ExportFixture study = new ExportFixture(directory.resolve("study"));
        export(study);
        List<Event> events = read(study.trial(0).id());
        List<Event> losses =
                events.stream().filter(one -> one.tag.equals("loss")).toList();

        assertThat(events.get(0).version).isEqualTo("brain.Event:2");
        assertThat(losses).hasSize(ExportFixture.POINTS);
        for (int i = 0; i < losses.size(); i++) {
            double expected = ((Number) study.trial(0).curve().get(i).get("loss")).doubleValue();
            assertThat(losses.get(i).step).isEqualTo(10L * (i + 1));
            assertThat(losses.get(i).value).isEqualTo((float) expected);
        }
        assertThat(losses).extracting(one -> one.wall).isSorted();
        // The attempt's beginning stands in its provenance.
        assertThat(losses.get(0).wall).isCloseTo(1767225600.0, within(1.0));
        assertThat(events).anySatisfy(one -> {
            assertThat(one.tag).isEqualTo("result/fid");
            assertThat(one.value).isEqualTo(400f);
        });
        assertThat(events).anySatisfy(one -> {
            assertThat(one.tag).isEqualTo("_hparams_/session_start_info");
            assertThat(one.plugin).contains("hparams", "train.steps", "width 64");
        });
    }

    @Test
    void aSecondExportAppendsAndARestartForgets() throws IOException {
        ExportFixture study = new ExportFixture(directory.resolve("study"));
        export(study);
        Path file = file(study.trial(0).id());
        byte[] first = Files.readAllBytes(file);
        assertThat(export(study)).isEqualTo(new Exported(directory.resolve("tb").toString(), 0, 0));
        assertThat(Files.readAllBytes(file)).isEqualTo(first);

        study.grow();
        // What a killed export leaves behind.
        Files.write(file, new byte[] {1, 2, 3}, StandardOpenOption.APPEND);
        assertThat(export(study).values()).isEqualTo(2);
        assertThat(Files.readAllBytes(file)).startsWith(first);
        List<Event> grown = read(study.trial(0).id());
        assertThat(grown).anySatisfy(one -> {
            assertThat(one.step).isEqualTo(5000);
            assertThat(one.value).isNaN();
        });

        study.resume();
        export(study);
        List<Event> events = read(study.trial(0).id());
        List<Event> more = events.subList(grown.size(), events.size());
        assertThat(more.get(0).restart).isTrue();
        assertThat(more.get(0).step).isEqualTo(1190);
        assertThat(more.stream().filter(one -> one.tag.equals("loss")).map(one -> one.step + " " + one.value))
                .containsExactly("1190 0.5", "1200 0.25", "5000 NaN");
        assertThat(more).anyMatch(one -> one.tag.equals("result/fid"));
    }

    @Test
    void aCheckValueOfCrc32c() {
        CRC32C crc = new CRC32C();
        crc.update("123456789".getBytes(StandardCharsets.US_ASCII));
        assertThat(crc.getValue()).isEqualTo(0xe3069283L);
    }

    private static final class Event {
        private double wall;
        private long step;
        private String version = "";
        private String tag = "";
        private String plugin = "";
        private float value;
        private boolean restart;
    }

    /** One field of a message: the number of a varint or fixed one, the bytes of others. */
    private record Field(int number, long bits, byte[] bytes) {}

    private Exported export(ExportFixture study) throws IOException {
        try (StudyIndex index = study.index()) {
            return new TensorboardExport(index, "synthetic", directory.resolve("tb")).run();
        }
    }

    private Path file(String trial) throws IOException {
        try (Stream<Path> files = Files.walk(directory.resolve("tb"))) {
            List<Path> found = files.filter(path -> path.toString().contains("_" + trial + "/events.out.tfevents."))
                    .toList();
            assertThat(found).hasSize(1);
            return found.get(0);
        }
    }

    private List<Event> read(String trial) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file(trial))).order(ByteOrder.LITTLE_ENDIAN);
        List<Event> events = new ArrayList<>();
        while (in.hasRemaining()) {
            byte[] length = new byte[8];
            in.get(length);
            assertThat(in.getInt()).isEqualTo(masked(length));
            byte[] data = new byte
                    [(int) ByteBuffer.wrap(length)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .getLong()];
            in.get(data);
            assertThat(in.getInt()).isEqualTo(masked(data));
            events.add(event(data));
        }
        return events;
    }

    private static int masked(byte[] data) {
        CRC32C crc = new CRC32C();
        crc.update(data);
        long value = crc.getValue();
        return (int) (((value >>> 15 | value << 17) & 0xffffffffL) + 0xa282ead8L);
    }

    private static Event event(byte[] data) {
        Event event = new Event();
        for (Field field : fields(data)) {
            switch (field.number) {
                case 1 -> event.wall = Double.longBitsToDouble(field.bits);
                case 2 -> event.step = field.bits;
                case 3 -> event.version = new String(field.bytes, StandardCharsets.UTF_8);
                case 5 -> summary(event, fields(field.bytes).get(0).bytes);
                case 7 ->
                    event.restart = fields(field.bytes).get(0).equals(new Field(1, 1, new byte[0]))
                            || fields(field.bytes).get(0).bits == 1;
                default -> throw new AssertionError("field " + field.number);
            }
        }
        return event;
    }

    private static void summary(Event event, byte[] value) {
        for (Field field : fields(value)) {
            switch (field.number) {
                case 1 -> event.tag = new String(field.bytes, StandardCharsets.UTF_8);
                case 2 -> event.value = Float.intBitsToFloat((int) field.bits);
                case 9 -> event.plugin = new String(field.bytes, StandardCharsets.UTF_8);
                default -> throw new AssertionError("field " + field.number);
            }
        }
    }

    private static List<Field> fields(byte[] message) {
        ByteBuffer in = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
        List<Field> fields = new ArrayList<>();
        while (in.hasRemaining()) {
            long key = varint(in);
            int number = (int) (key >>> 3);
            switch ((int) (key & 7)) {
                case 0 -> fields.add(new Field(number, varint(in), new byte[0]));
                case 1 -> fields.add(new Field(number, in.getLong(), new byte[0]));
                case 2 -> {
                    byte[] bytes = new byte[(int) varint(in)];
                    in.get(bytes);
                    fields.add(new Field(number, 0, bytes));
                }
                case 5 -> fields.add(new Field(number, in.getInt(), new byte[0]));
                default -> throw new AssertionError("wire type " + (key & 7));
            }
        }
        return fields;
    }

    private static long varint(ByteBuffer in) {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte one = in.get();
            value |= (long) (one & 0x7f) << shift;
            if (one >= 0) {
                return value;
            }
        }
    }
}
