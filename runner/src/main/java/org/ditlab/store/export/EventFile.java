package org.ditlab.store.export;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * TensorBoard's event file: records of {@code Event} messages, each framed by its length and checksums (TFRecord: length,
 * masked CRC32C of the length, data, masked CRC32C of the data, little-endian). Field numbers are those of TensorFlow's
 * {@code event.proto} and {@code summary.proto}, and of the hparams plug-in's {@code plugin_data.proto}.
 */
final class EventFile implements AutoCloseable {
    private static final int MASK_DELTA = 0xa282ead8;
    private static final int SESSION_START = 1;

    private final FileChannel channel;
    private final OutputStream out;

    /** Opens for appending at a byte, the end of a record; what stands after it goes. */
    EventFile(Path file, long from, double wallSeconds) throws IOException {
        channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
        channel.truncate(from).position(from);
        out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
        if (from == 0) {
            record(new Proto().real(1, wallSeconds).text(3, "brain.Event:2"));
        }
    }

    /** A value of a curve; TensorBoard keeps scalars as 32-bit floats. */
    void scalar(double wallSeconds, long step, String tag, double value) throws IOException {
        Proto one = new Proto().text(1, tag).single(2, (float) value);
        record(event(wallSeconds, step).message(5, new Proto().message(1, one)));
    }

    /** Makes readers forget what they have from a step on: a training went on from before it. */
    void restart(double wallSeconds, long step) throws IOException {
        record(event(wallSeconds, step).message(7, new Proto().number(1, SESSION_START)));
    }

    /** The knobs, for the table of the hparams plug-in. */
    void hparams(double wallSeconds, String group, Map<String, @Nullable Object> knobs) throws IOException {
        Proto session = new Proto();
        knobs.forEach(
                (name, value) -> session.message(1, new Proto().text(1, name).message(2, value(value))));
        session.text(4, group).real(5, wallSeconds);
        Proto plugin = new Proto().text(1, "hparams").message(2, new Proto().message(3, session));
        Proto one = new Proto().text(1, "_hparams_/session_start_info").message(9, new Proto().message(1, plugin));
        record(event(wallSeconds, 0).message(5, new Proto().message(1, one)));
    }

    private static Proto value(@Nullable Object value) {
        if (value instanceof Number number) {
            return new Proto().real(2, number.doubleValue());
        }
        return "true".equals(value) || "false".equals(value)
                ? new Proto().number(4, "true".equals(value) ? 1 : 0)
                : new Proto().text(3, String.valueOf(value));
    }

    private static Proto event(double wallSeconds, long step) {
        return new Proto().real(1, wallSeconds).number(2, step);
    }

    private void record(Proto event) throws IOException {
        byte[] data = event.bytes();
        byte[] length = ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(data.length)
                .array();
        out.write(length);
        out.write(checksum(length));
        out.write(data);
        out.write(checksum(data));
    }

    private static byte[] checksum(byte[] data) {
        CRC32C crc = new CRC32C();
        crc.update(data);
        int value = (int) crc.getValue();
        return ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(Integer.rotateRight(value, 15) + MASK_DELTA)
                .array();
    }

    /** Bytes so far; the file has them all. */
    long size() throws IOException {
        out.flush();
        return channel.position();
    }

    @Override
    public void close() throws IOException {
        out.flush();
        channel.close();
    }
}
