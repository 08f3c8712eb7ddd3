package org.ditlab.data;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The head of a {@code .npy} file, versions 1 to 3.
 *
 * @param length bytes before the data
 * @param dataLength bytes of the data
 */
record NpyHeader(NpyType type, ByteOrder order, boolean fortran, int[] shape, int length, long dataLength) {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final int LONGEST = 1 << 20;
    private static final long LARGEST = 1L << 60;
    private static final Pattern TYPE = Pattern.compile("['\"]descr['\"]\\s*:\\s*['\"]([<>|=])(\\w+)['\"]");
    private static final Pattern FORTRAN = Pattern.compile("['\"]fortran_order['\"]\\s*:\\s*(True|False)");
    private static final Pattern SHAPE = Pattern.compile("['\"]shape['\"]\\s*:\\s*\\(([\\d,\\sL]*)\\)");

    /**
     * Reads the head of a file of a known length, which bounds what its reader allocates.
     *
     * @throws BadArrayException when it is none, or of a type or extent that cannot be read, or does not fit the length
     */
    static NpyHeader read(InputStream in, long length) throws IOException {
        NpyHeader header = read(in);
        if (header.length + header.dataLength != length) {
            throw new BadArrayException("its header announces " + header.dataLength + " bytes of data but "
                    + (length - header.length) + " follow; copy or save it anew");
        }
        return header;
    }

    private static NpyHeader read(InputStream in) throws IOException {
        DataInputStream stream = new DataInputStream(in);
        try {
            byte[] start = new byte[8];
            stream.readFully(start);
            if (!Arrays.equals(Arrays.copyOf(start, 6), MAGIC)) {
                throw new BadArrayException("it does not start as a .npy file does");
            }
            if (start[6] < 1 || start[6] > 3) {
                throw new BadArrayException("it has .npy version " + start[6] + "; 1 to 3 can be read");
            }
            int length = start[6] == 1
                    ? Short.reverseBytes(stream.readShort()) & 0xffff
                    : Integer.reverseBytes(stream.readInt());
            if (length < 0 || length > LONGEST) {
                throw new BadArrayException(
                        "its header is said to have " + Integer.toUnsignedString(length) + " bytes");
            }
            byte[] text = new byte[length];
            stream.readFully(text);
            return parse(new String(text, StandardCharsets.UTF_8), (start[6] == 1 ? 10 : 12) + length);
        } catch (EOFException e) {
            throw new BadArrayException("it ends within its header; copy or save it anew");
        }
    }

    private static NpyHeader parse(String text, int length) throws BadArrayException {
        Matcher type = TYPE.matcher(text);
        Matcher fortran = FORTRAN.matcher(text);
        Matcher shape = SHAPE.matcher(text);
        if (!type.find() || !fortran.find() || !shape.find()) {
            throw new BadArrayException("its header cannot be read: " + text.strip());
        }
        NpyType known = null;
        for (NpyType candidate : NpyType.values()) {
            if (candidate.code().equals(type.group(2))) {
                known = candidate;
            }
        }
        if (known == null) {
            throw new BadArrayException("its elements are of type " + type.group(2) + "; known are "
                    + Arrays.stream(NpyType.values()).map(NpyType::code).collect(Collectors.joining(" ")));
        }
        int[] extents = extents(shape.group(1));
        long bytes = known.bytes();
        for (int extent : extents) {
            if (extent > 0 && bytes > LARGEST / extent) {
                throw new BadArrayException("an array of shape (" + shape.group(1) + ") exceeds what a file can hold");
            }
            bytes *= extent;
        }
        ByteOrder order = type.group(1).equals(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        return new NpyHeader(known, order, fortran.group(1).equals("True"), extents, length, bytes);
    }

    private static int[] extents(String text) throws BadArrayException {
        String[] words = text.replace("L", "").strip().split("\\s*,\\s*");
        int[] extents = new int[words.length];
        int rank = 0;
        for (String word : words) {
            if (!word.isEmpty()) {
                try {
                    extents[rank++] = Integer.parseInt(word);
                } catch (NumberFormatException e) {
                    throw new BadArrayException("its shape (" + text + ") cannot be read");
                }
            }
        }
        return Arrays.copyOf(extents, rank);
    }

    /** The head of a version 1 file, padded so that the data starts at a multiple of 64. */
    static byte[] write(NpyArray array) {
        char order = array.type().bytes() == 1 ? '|' : array.data().order() == ByteOrder.BIG_ENDIAN ? '>' : '<';
        String extents =
                Arrays.stream(array.shape()).mapToObj(Integer::toString).collect(Collectors.joining(", "));
        String tuple = array.rank() == 1 ? extents + "," : extents;
        String text =
                "{'descr': '" + order + array.type().code() + "', 'fortran_order': False, 'shape': (" + tuple + "), }";
        int total = (10 + text.length() + 1 + 63) / 64 * 64;
        ByteBuffer header = ByteBuffer.allocate(total).order(ByteOrder.LITTLE_ENDIAN);
        header.put(MAGIC).put((byte) 1).put((byte) 0).putShort((short) (total - 10));
        header.put(text.getBytes(StandardCharsets.US_ASCII));
        while (header.remaining() > 1) {
            header.put((byte) ' ');
        }
        return header.put((byte) '\n').array();
    }
}
