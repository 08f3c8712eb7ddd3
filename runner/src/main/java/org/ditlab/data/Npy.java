package org.ditlab.data;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ditlab.study.StudyException;

/** {@code .npy} files: one array each. Source: NumPy, numpy.lib.format. */
public final class Npy {
    private Npy() {}

    /**
     * Reads an array; Fortran order is turned into C order.
     *
     * @throws StudyException when the file is damaged, no {@code .npy} file, or of a type that cannot be read
     */
    public static NpyArray read(Path path) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(path))) {
            return read(in, Files.size(path));
        } catch (BadArrayException e) {
            throw new StudyException(path + ": not a readable .npy file: " + e.getMessage());
        }
    }

    public static void write(Path path, NpyArray array) throws IOException {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(path))) {
            out.write(NpyHeader.write(array));
            writeData(array, out);
        }
    }

    /** Reads an array from a stream of a known length, which bounds what is allocated. */
    static NpyArray read(InputStream in, long length) throws IOException {
        NpyHeader header = NpyHeader.read(in, length);
        if (header.dataLength() > Integer.MAX_VALUE - 8) {
            throw new BadArrayException("its array exceeds 2 GiB");
        }
        byte[] bytes = in.readNBytes((int) header.dataLength());
        if (bytes.length != header.dataLength()) {
            throw new BadArrayException("it ends early; copy or save it anew");
        }
        if (header.fortran() && header.shape().length > 1) {
            bytes = rowMajor(bytes, header.shape(), header.type().bytes());
        }
        return new NpyArray(
                header.type(), header.shape(), ByteBuffer.wrap(bytes).order(header.order()));
    }

    /** Turns column-major elements into row-major ones. */
    private static byte[] rowMajor(byte[] bytes, int[] shape, int width) {
        byte[] out = new byte[bytes.length];
        int[] index = new int[shape.length];
        for (int from = 0; from < bytes.length; from += width) {
            int to = 0;
            for (int axis = 0; axis < shape.length; axis++) {
                to = to * shape[axis] + index[axis];
            }
            System.arraycopy(bytes, from, out, to * width, width);
            for (int axis = 0; axis < shape.length && ++index[axis] == shape[axis]; axis++) {
                index[axis] = 0;
            }
        }
        return out;
    }

    static void writeData(NpyArray array, OutputStream out) throws IOException {
        ByteBuffer data = array.data().duplicate().rewind();
        byte[] chunk = new byte[Math.min(1 << 16, data.remaining())];
        while (data.hasRemaining()) {
            int count = Math.min(chunk.length, data.remaining());
            data.get(chunk, 0, count);
            out.write(chunk, 0, count);
        }
    }
}
