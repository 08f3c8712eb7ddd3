package org.ditlab.weights;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The format of {@code torch.save} before 1.6: pickles of a magic number, the protocol version, the system, the value and the
 * storages' keys, then per key the number of elements (8 bytes) and the elements, always little-endian.
 */
final class TorchLegacy extends TorchContent {
    private static final BigInteger MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);
    private static final long PROTOCOL = 1001;

    private final Map<String, Long> starts;

    private TorchLegacy(Path path, PickleDict root, Map<String, Long> starts) {
        super(path, root);
        this.starts = starts;
    }

    static TorchLegacy open(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            long size = channel.size();
            PickleInput in = new PickleInput(new BufferedInputStream(Channels.newInputStream(channel)), size);
            if (!MAGIC.equals(PickleMachine.read(in, TorchLegacy::none))) {
                throw new BadWeightsException(
                        "it is a pickle, but not of torch.save", "give a .pt, .pth or .safetensors file");
            }
            if (!Long.valueOf(PROTOCOL).equals(PickleMachine.read(in, TorchLegacy::none))) {
                throw new BadWeightsException("its protocol version is not " + PROTOCOL);
            }
            PickleMachine.read(in, TorchLegacy::none);
            StorageTable storages = new StorageTable(size);
            PickleDict root = dictionary(PickleMachine.read(in, storages));
            Object keys = PickleMachine.read(in, TorchLegacy::none);
            return new TorchLegacy(path, root, starts(channel, in.position(), keys, storages));
        }
    }

    private static Storage none(@Nullable Object id) throws BadWeightsException {
        throw new BadWeightsException("a storage stands where none belongs");
    }

    /** Where the bytes of each storage start. */
    private static Map<String, Long> starts(
            FileChannel channel, long first, @Nullable Object keys, StorageTable storages) throws IOException {
        if (!(keys instanceof List<?> list) || list.size() != storages.all().size()) {
            throw new BadWeightsException("the list of its storages is not that of its tensors");
        }
        Map<String, Long> starts = new HashMap<>();
        long position = first;
        for (Object key : list) {
            Storage storage = key instanceof String ? storages.all().get(key) : null;
            if (storage == null) {
                throw new BadWeightsException("a storage in its list belongs to no tensor");
            }
            long elements = bytes(channel, position, Long.BYTES).getLong();
            if (elements != storage.elements()) {
                throw new BadWeightsException("storage " + storage.key() + " has " + elements
                        + " elements, but its tensors say " + storage.elements());
            }
            if (starts.put(storage.key(), position + Long.BYTES) != null) {
                throw new BadWeightsException("storage " + storage.key() + " is there twice");
            }
            position += Long.BYTES + storage.bytes();
        }
        if (position != channel.size()) {
            throw new BadWeightsException(
                    "its storages end at byte " + position + " but the file has " + channel.size() + " bytes");
        }
        return starts;
    }

    @Override
    public WeightFormat format() {
        return WeightFormat.TORCH_LEGACY;
    }

    @Override
    StorageReader openStorages() throws IOException {
        FileChannel channel = FileChannel.open(path(), StandardOpenOption.READ);
        return new StorageReader() {
            @Override
            public ByteBuffer read(Storage storage) throws IOException {
                return bytes(channel, starts.get(storage.key()), (int) storage.bytes());
            }

            @Override
            public void close() throws IOException {
                channel.close();
            }
        };
    }

    private static ByteBuffer bytes(FileChannel channel, long at, int count) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, at + buffer.position()) < 0) {
                throw new BadWeightsException("the file ends within its storages");
            }
        }
        return buffer.flip();
    }
}
