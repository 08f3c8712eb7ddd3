package org.ditlab.data;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.ditlab.study.StudyException;

/** A folder or zip of files, by relative path with {@code /} between names. Reading is safe from several threads. */
interface ImageArchive extends Closeable {
    /** No single picture is larger; more is taken for an attack or a mistake. */
    long LARGEST_FILE = 256L << 20;

    /** Relative paths of all files, in no particular order. */
    List<String> files();

    /** Relative paths of all folders, in no particular order. */
    List<String> folders();

    /**
     * The content of a file.
     *
     * @throws IOException when it cannot be read or is larger than {@link #LARGEST_FILE}
     */
    byte[] read(String file) throws IOException;

    /** The content of a file as a stream, for its head alone. */
    InputStream stream(String file) throws IOException;

    /** The last bytes of a file, as many as there are up to a number; empty where an archive guards them by a checksum. */
    byte[] tail(String file, int most) throws IOException;

    @Override
    default void close() throws IOException {}

    /**
     * Opens a folder or zip.
     *
     * @throws StudyException when there is neither
     */
    static ImageArchive open(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            return new FolderArchive(path);
        }
        if (Files.isRegularFile(path)) {
            return new ZipArchive(path);
        }
        throw new StudyException(path + ": there is no such folder or zip file; give --data FOLDER_OR_ZIP");
    }
}
