package org.ditlab.chart;

import java.awt.image.BufferedImage;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.ditlab.study.StudyException;

/**
 * The first samples of one trial. Reads only as many as it shows: a sample file may hold gigabytes.
 *
 * @param side height and width of the square images
 * @param channels 1 or 3
 * @param pixels uint8, (N, H, W, C)
 * @param labels classes, one per image; empty where the file has none
 */
public record SampleStrip(String variant, int side, int channels, byte[] pixels, List<Long> labels) {
    private static final Pattern SHAPE = Pattern.compile("'shape': *\\(([0-9, L]*)\\)");
    private static final Pattern TYPE = Pattern.compile("'descr': *'([^']*)'");
    private static final int COMFORTABLE_SIDE = 64;

    /** How many images there are. */
    public int count() {
        return pixels.length / (side * side * channels);
    }

    /** At most so many images. */
    SampleStrip first(int most) {
        int shown = Math.min(most, count());
        return new SampleStrip(
                variant,
                side,
                channels,
                Arrays.copyOf(pixels, shown * side * side * channels),
                labels.subList(0, Math.min(shown, labels.size())));
    }

    /**
     * Reads the first samples of a file in ADM's format: {@code arr_0} uint8 (N, H, W, C), {@code arr_1} int64 (N).
     *
     * @throws StudyException when the file is none
     */
    public static SampleStrip read(String variant, Path file, int most) throws IOException {
        try (ZipFile zip = new ZipFile(file.toFile())) {
            ZipEntry images = zip.getEntry("arr_0.npy");
            if (images == null) {
                throw new StudyException(
                        file + ": holds no arr_0.npy; delete its stage's folder and run the study again");
            }
            SampleStrip strip;
            try (InputStream in = zip.getInputStream(images)) {
                DataInputStream data = new DataInputStream(in);
                String header = header(file, data);
                long[] shape = shape(file, header);
                boolean shown = shape.length == 4
                        && shape[1] == shape[2]
                        && (shape[3] == 1 || shape[3] == 3)
                        && header.contains("|u1")
                        && header.contains("'fortran_order': False");
                if (!shown) {
                    throw new StudyException(
                            file + ": arr_0 is no uint8 array (N, H, W, C) of square images with 1 or 3 "
                                    + "channels; delete its stage's folder and run the study again");
                }
                int count = (int) Math.min(most, shape[0]);
                byte[] pixels = new byte[Math.toIntExact(count * shape[1] * shape[2] * shape[3])];
                data.readFully(pixels);
                strip = new SampleStrip(variant, (int) shape[1], (int) shape[3], pixels, List.of());
            }
            ZipEntry classes = zip.getEntry("arr_1.npy");
            return classes == null ? strip : strip.withLabels(file, zip, classes);
        } catch (EOFException | java.util.zip.ZipException e) {
            throw new StudyException(
                    file + ": is cut off or no .npz file; delete its stage's folder and run the study again");
        }
    }

    private SampleStrip withLabels(Path file, ZipFile zip, ZipEntry entry) throws IOException {
        try (InputStream in = zip.getInputStream(entry)) {
            DataInputStream data = new DataInputStream(in);
            String header = header(file, data);
            Matcher type = TYPE.matcher(header);
            if (!type.find() || !type.group(1).equals("<i8")) {
                return this;
            }
            byte[] bytes = new byte[8 * (int) Math.min(count(), shape(file, header)[0])];
            data.readFully(bytes);
            ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
            List<Long> labels = new ArrayList<>();
            while (buffer.hasRemaining()) {
                labels.add(buffer.getLong());
            }
            return new SampleStrip(variant, side, channels, pixels, List.copyOf(labels));
        }
    }

    /** All images side by side with a gap of two pixels, small ones enlarged by a whole factor, pixels kept sharp. */
    public BufferedImage picture() {
        int scale = scale();
        int step = side * scale + 2;
        BufferedImage picture =
                new BufferedImage(Math.max(1, count() * step - 2), side * scale, BufferedImage.TYPE_INT_RGB);
        int[] white = new int[picture.getWidth() * picture.getHeight()];
        Arrays.fill(white, 0xffffff);
        picture.setRGB(0, 0, picture.getWidth(), picture.getHeight(), white, 0, picture.getWidth());
        for (int n = 0; n < count(); n++) {
            for (int y = 0; y < side * scale; y++) {
                for (int x = 0; x < side * scale; x++) {
                    int at = ((n * side + y / scale) * side + x / scale) * channels;
                    int red = pixels[at] & 0xff;
                    int green = channels == 1 ? red : pixels[at + 1] & 0xff;
                    int blue = channels == 1 ? red : pixels[at + 2] & 0xff;
                    picture.setRGB(n * step + x, y, red << 16 | green << 8 | blue);
                }
            }
        }
        return picture;
    }

    /** By how much each image is enlarged. */
    int scale() {
        return Math.max(1, Math.round((float) COMFORTABLE_SIDE / side));
    }

    private static String header(Path file, DataInputStream data) throws IOException {
        byte[] start = new byte[8];
        data.readFully(start);
        if ((start[0] & 0xff) != 0x93 || start[1] != 'N' || start[2] != 'U') {
            throw new StudyException(file + ": holds no .npy array; delete its stage's folder and run the study again");
        }
        int length = Short.toUnsignedInt(Short.reverseBytes(data.readShort()));
        if (start[6] > 1) {
            length |= Short.toUnsignedInt(Short.reverseBytes(data.readShort())) << 16;
        }
        byte[] header = new byte[Math.min(length, 1 << 20)];
        data.readFully(header);
        return new String(header, StandardCharsets.UTF_8);
    }

    private static long[] shape(Path file, String header) {
        Matcher shape = SHAPE.matcher(header);
        if (!shape.find()) {
            throw new StudyException(
                    file + ": an array has no shape; delete its stage's folder and run the study again");
        }
        return Arrays.stream(shape.group(1).split(","))
                .map(String::strip)
                .filter(part -> !part.isEmpty())
                .mapToLong(Long::parseLong)
                .toArray();
    }
}
