package org.ditlab.data;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What stands in a file of the cache beside its records.
 *
 * @param fingerprint of the data
 * @param form what a record is, for those that wrote it
 * @param length bytes of a record
 * @param train how many of the records are for training; they come first
 * @param labels the class of each record
 * @param checksums CRC-32C of each record
 */
record RecordsHead(
        String fingerprint,
        String form,
        int length,
        int train,
        List<String> classNames,
        int[] labels,
        int[] checksums) {

    byte[] bytes() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeUTF(fingerprint);
            out.writeUTF(form);
            out.writeInt(length);
            out.writeInt(train);
            out.writeInt(classNames.size());
            for (String name : classNames) {
                out.writeUTF(name);
            }
            out.writeInt(labels.length);
            for (int label : labels) {
                out.writeInt(label);
            }
            for (int checksum : checksums) {
                out.writeInt(checksum);
            }
        }
        return bytes.toByteArray();
    }

    /** Reads what {@link #bytes} gave; the bytes were compared with their checksum. */
    static RecordsHead of(byte[] bytes) throws IOException {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            String fingerprint = in.readUTF();
            String form = in.readUTF();
            int length = in.readInt();
            int train = in.readInt();
            int classes = bounded(in.readInt(), bytes.length);
            List<String> names = new ArrayList<>();
            for (int i = 0; i < classes; i++) {
                names.add(in.readUTF());
            }
            int[] labels = new int[bounded(in.readInt(), bytes.length)];
            int[] checksums = new int[labels.length];
            for (int i = 0; i < labels.length; i++) {
                labels[i] = in.readInt();
            }
            for (int i = 0; i < labels.length; i++) {
                checksums[i] = in.readInt();
            }
            return new RecordsHead(fingerprint, form, length, train, List.copyOf(names), labels, checksums);
        }
    }

    private static int bounded(int count, int most) throws IOException {
        if (count < 0 || count > most) {
            throw new IOException("its head is damaged");
        }
        return count;
    }
}
