package org.ditlab.data;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.ditlab.study.StudyException;

/** A zip, read in place: nothing is unpacked to the disk. */
final class ZipArchive implements ImageArchive {
    private final ZipFile zip;
    private final Map<String, ZipEntry> files = new HashMap<>();
    private final List<String> folders = new ArrayList<>();

    ZipArchive(Path path) throws IOException {
        try {
            zip = new ZipFile(path.toFile());
        } catch (ZipException | EOFException e) {
            throw new StudyException(path + ": neither a folder nor a readable zip (" + e.getMessage()
                    + "); give --data FOLDER_OR_ZIP with one folder per class");
        }
        try {
            list(path);
        } catch (RuntimeException e) {
            zip.close();
            throw e;
        }
    }

    private void list(Path path) {
        for (ZipEntry entry : Collections.list(zip.entries())) {
            String name = entry.getName().replace('\\', '/');
            if (name.startsWith("/") || List.of(name.split("/")).contains("..")) {
                throw new StudyException(
                        path + ": member " + entry.getName() + " points outside the archive; make the zip anew");
            }
            if (name.endsWith("/")) {
                folders.add(name.substring(0, name.length() - 1));
            } else if (files.put(name, entry) != null) {
                throw new StudyException(path + ": member " + name + " is there twice; make the zip anew");
            }
        }
    }

    @Override
    public List<String> files() {
        return List.copyOf(files.keySet());
    }

    @Override
    public List<String> folders() {
        return folders;
    }

    @Override
    public InputStream stream(String file) throws IOException {
        return zip.getInputStream(files.get(file));
    }

    @Override
    public byte[] tail(String file, int most) {
        return new byte[0];
    }

    @Override
    public byte[] read(String file) throws IOException {
        ZipEntry entry = files.get(file);
        if (entry == null) {
            throw new IOException("there is no such member");
        }
        try (CheckedInputStream in = new CheckedInputStream(zip.getInputStream(entry), new CRC32())) {
            // What is said in the directory may be a lie: the stream itself is bounded.
            byte[] bytes = in.readNBytes((int) LARGEST_FILE + 1);
            if (bytes.length > LARGEST_FILE) {
                throw new IOException("it unpacks to more than " + (LARGEST_FILE >> 20) + " MiB");
            }
            if (in.getChecksum().getValue() != entry.getCrc()) {
                throw new IOException("its checksum is not the archive's");
            }
            return bytes;
        }
    }

    @Override
    public void close() throws IOException {
        zip.close();
    }
}
