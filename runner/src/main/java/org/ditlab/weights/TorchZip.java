package org.ditlab.weights;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.ditlab.weights.PickleGlobal.Vocabulary;
import org.jspecify.annotations.Nullable;

/**
 * The zip format of {@code torch.save}: {@code NAME/data.pkl}, {@code NAME/data/KEY} for every storage, and from PyTorch 2.0
 * on {@code NAME/byteorder}. Members are stored, not compressed; their checksums are verified. With {@code NAME/constants.pkl}
 * it is an archive of {@code torch.jit.save}: of its program nothing is read but the attributes of the modules.
 */
final class TorchZip extends TorchContent {
    private static final String PICKLE = "/data.pkl";

    private final String prefix;
    private final ByteOrder order;
    private final WeightFormat format;

    private TorchZip(Path path, PickleDict root, WeightFormat format, String prefix, ByteOrder order) {
        super(path, root);
        this.format = format;
        this.prefix = prefix;
        this.order = order;
    }

    static TorchZip open(Path path) throws IOException {
        try (Archive archive = new Archive(path)) {
            String prefix = archive.prefix();
            StorageTable storages = new StorageTable(archive.size);
            boolean script = archive.members.containsKey(prefix + "/constants.pkl");
            PickleDict root = dictionary(
                    archive.pickle(prefix + PICKLE, storages, script ? Vocabulary.SCRIPT : Vocabulary.TENSORS));
            for (Storage storage : storages.all().values()) {
                archive.member(storage, prefix);
            }
            return new TorchZip(
                    path,
                    script ? ScriptModules.flat(root) : root,
                    script ? WeightFormat.TORCH_SCRIPT : WeightFormat.TORCH_ZIP,
                    prefix,
                    archive.byteOrder(prefix));
        }
    }

    @Override
    public WeightFormat format() {
        return format;
    }

    @Override
    StorageReader openStorages() throws IOException {
        Archive archive = new Archive(path());
        return new StorageReader() {
            @Override
            public ByteBuffer read(Storage storage) throws IOException {
                return ByteBuffer.wrap(archive.bytes(archive.member(storage, prefix)))
                        .order(order);
            }

            @Override
            public void close() throws IOException {
                archive.close();
            }
        };
    }

    /** The members by name, none of them larger than the file. */
    private static final class Archive implements AutoCloseable {
        private final long size;
        private final ZipFile zip;
        private final Map<String, ZipEntry> members = new HashMap<>();

        Archive(Path path) throws IOException {
            size = path.toFile().length();
            try {
                zip = new ZipFile(path.toFile());
            } catch (ZipException | EOFException e) {
                throw new BadWeightsException("its zip directory cannot be read (" + e.getMessage() + ")");
            }
            try {
                list();
            } catch (IOException | RuntimeException e) {
                zip.close();
                throw e;
            }
        }

        private void list() throws BadWeightsException {
            long total = 0;
            for (ZipEntry entry : Collections.list(zip.entries())) {
                // Code is compressed, and never read.
                total += entry.getName().contains("/code/") ? 0 : entry.getSize();
                if (entry.getSize() < 0 || total > size || total < 0) {
                    throw new BadWeightsException("its members announce more bytes than the file's " + size);
                }
                if (members.put(entry.getName(), entry) != null) {
                    throw new BadWeightsException("member " + entry.getName() + " is there twice");
                }
            }
        }

        /** The folder that all members stand in. */
        String prefix() throws BadWeightsException {
            String found = null;
            for (String name : members.keySet()) {
                int end = name.length() - PICKLE.length();
                if (name.endsWith(PICKLE) && end > 0 && name.indexOf('/') == end) {
                    if (found != null) {
                        throw new BadWeightsException("it holds more than one data.pkl");
                    }
                    found = name.substring(0, end);
                }
            }
            if (found == null) {
                throw new BadWeightsException(
                        "it is a zip without data.pkl, not a file of torch.save",
                        "give a .pt, .pth or .safetensors file");
            }
            return found;
        }

        ZipEntry member(String name) throws BadWeightsException {
            ZipEntry entry = members.get(name);
            if (entry == null) {
                throw new BadWeightsException("member " + name + " is missing");
            }
            if (entry.getMethod() != ZipEntry.STORED || entry.getCompressedSize() != entry.getSize()) {
                throw new BadWeightsException(
                        "member " + name + " is compressed, which torch.save never does",
                        "take the original, or make the zip anew without compression");
            }
            return entry;
        }

        ZipEntry member(Storage storage, String prefix) throws BadWeightsException {
            ZipEntry entry = member(prefix + "/data/" + storage.key());
            if (entry.getSize() != storage.bytes()) {
                throw new BadWeightsException("member " + entry.getName() + " has " + entry.getSize() + " bytes, but "
                        + storage.elements() + " elements of " + storage.type() + " are " + storage.bytes());
            }
            return entry;
        }

        @Nullable
        Object pickle(String name, StorageTable storages, Vocabulary vocabulary) throws IOException {
            ZipEntry entry = member(name);
            try (CheckedInputStream checked = new CheckedInputStream(zip.getInputStream(entry), new CRC32())) {
                BufferedInputStream buffered = new BufferedInputStream(checked);
                PickleInput in = new PickleInput(buffered, entry.getSize());
                Object value = PickleMachine.read(in, storages, vocabulary);
                if (in.position() != entry.getSize()) {
                    throw new BadWeightsException("data.pkl goes on after its pickle has ended");
                }
                verify(checked, entry);
                return value;
            } catch (ZipException | EOFException e) {
                throw unreadable(entry, e);
            }
        }

        byte[] bytes(ZipEntry entry) throws IOException {
            byte[] bytes = new byte[(int) entry.getSize()];
            try (CheckedInputStream checked = new CheckedInputStream(zip.getInputStream(entry), new CRC32())) {
                if (checked.readNBytes(bytes, 0, bytes.length) < bytes.length) {
                    throw new BadWeightsException("member " + entry.getName() + " ends early");
                }
                verify(checked, entry);
                return bytes;
            } catch (ZipException | EOFException e) {
                throw unreadable(entry, e);
            }
        }

        private static void verify(CheckedInputStream checked, ZipEntry entry) throws BadWeightsException {
            if (checked.getChecksum().getValue() != entry.getCrc()) {
                throw new BadWeightsException("the checksum of member " + entry.getName() + " is not the archive's");
            }
        }

        private static BadWeightsException unreadable(ZipEntry entry, IOException e) {
            return new BadWeightsException("member " + entry.getName() + " cannot be read"
                    + (e instanceof EOFException ? ", the file ends early" : " (" + e.getMessage() + ")"));
        }

        ByteOrder byteOrder(String prefix) throws IOException {
            if (!members.containsKey(prefix + "/byteorder")) {
                return ByteOrder.LITTLE_ENDIAN;
            }
            String word = new String(bytes(member(prefix + "/byteorder")), StandardCharsets.US_ASCII);
            if (word.equals("little") || word.equals("big")) {
                return word.equals("big") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
            }
            throw new BadWeightsException("its byte order is neither \"little\" nor \"big\"");
        }

        @Override
        public void close() throws IOException {
            zip.close();
        }
    }
}
