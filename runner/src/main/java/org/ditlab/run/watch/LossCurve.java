package org.ditlab.run.watch;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import org.ditlab.store.StageDirectory;
import org.jspecify.annotations.Nullable;

/**
 * The loss of one training by step, read on from where the last look ended and kept in at most so many points: each is the
 * mean over as many rows, which double when there is no room. Rows of a later attempt replace those they repeat.
 */
final class LossCurve {
    private static final JsonFactory JSON = new JsonFactory();
    private static final int BLOCK = 1 << 20;

    private final StageDirectory stage;
    private final double[] sums;
    private final int[] counts;
    private final long[] steps;
    private int points;
    private int width = 1;
    private int attempt;
    private long offset;
    private boolean finished;

    LossCurve(StageDirectory stage, int limit) {
        this.stage = stage;
        this.sums = new double[limit];
        this.counts = new int[limit];
        this.steps = new long[limit];
    }

    /** Whether nothing can be added any more. */
    boolean finished() {
        return finished;
    }

    /** Reads what was written since; true when there was something. */
    boolean advance() throws IOException {
        boolean done = stage.done();
        boolean news = false;
        List<Integer> attempts = stage.attempts();
        for (int number : attempts) {
            if (number > attempt) {
                // Of the attempts before, the last whole row has been read: nobody writes there any more.
                attempt = number;
                offset = 0;
            }
            if (number == attempt) {
                news |= read(stage.attempt(number).resolve("metrics.jsonl"));
            }
        }
        finished = done;
        return news;
    }

    private boolean read(Path file) throws IOException {
        if (!Files.isRegularFile(file) || Files.size(file) <= offset) {
            return false;
        }
        boolean news = false;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(BLOCK, channel.size() - offset));
            while (channel.read(buffer, offset + buffer.position()) > 0 || buffer.position() > 0) {
                int whole = lines(buffer.array(), buffer.position());
                if (whole == 0 && buffer.position() < BLOCK) {
                    break;
                }
                // A line that does not fit into a block is none of ours.
                int taken = whole == 0 ? buffer.position() : whole;
                news |= whole > 0;
                offset += taken;
                buffer.flip().position(taken);
                buffer.compact();
            }
        }
        return news;
    }

    /** Adds the rows of whole lines; gives the bytes they take. */
    private int lines(byte[] bytes, int length) {
        int begin = 0;
        for (int i = 0; i < length; i++) {
            if (bytes[i] == '\n') {
                row(bytes, begin, i - begin);
                begin = i + 1;
            }
        }
        return begin;
    }

    private void row(byte[] bytes, int begin, int length) {
        long step = -1;
        @Nullable Double loss = null;
        try (JsonParser parser = JSON.createParser(bytes, begin, length)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return;
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                JsonToken value = parser.nextToken();
                if (name.equals("step") && value == JsonToken.VALUE_NUMBER_INT) {
                    step = parser.getLongValue();
                } else if (name.equals("loss")) {
                    loss = value.isNumeric() ? parser.getDoubleValue() : Double.NaN;
                } else {
                    parser.skipChildren();
                }
            }
        } catch (IOException damaged) {
            return;
        }
        if (step >= 0 && loss != null) {
            add(step, loss);
        }
    }

    private void add(long step, double loss) {
        while (points > 0 && steps[points - 1] >= step) {
            points--;
        }
        if (points > 0 && counts[points - 1] < width) {
            put(points - 1, step, sums[points - 1] + loss, counts[points - 1] + 1);
            return;
        }
        if (points == sums.length) {
            halve();
        }
        put(points++, step, loss, 1);
    }

    private void halve() {
        int kept = 0;
        for (int i = 0; i < points; i += 2) {
            boolean pair = i + 1 < points;
            put(
                    kept++,
                    pair ? steps[i + 1] : steps[i],
                    sums[i] + (pair ? sums[i + 1] : 0),
                    counts[i] + (pair ? counts[i + 1] : 0));
        }
        points = kept;
        width *= 2;
    }

    private void put(int index, long step, double sum, int count) {
        steps[index] = step;
        sums[index] = sum;
        counts[index] = count;
    }

    /** The points' last steps, rising. */
    long[] steps() {
        return Arrays.copyOf(steps, points);
    }

    /** The points' means; not finite where one of their rows is not. */
    double[] losses() {
        double[] losses = new double[points];
        for (int i = 0; i < points; i++) {
            losses[i] = sums[i] / counts[i];
        }
        return losses;
    }
}
