package org.ditlab.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.ditlab.data.ElementType;
import org.ditlab.data.Safetensors;
import org.ditlab.tensor.Shape;

/**
 * The float32 constants of a frozen TensorFlow graph ({@code GraphDef}), by the names of their nodes and laid out as they are
 * there. Operations are not looked at, constants of other types passed over. Source: TensorFlow, graph.proto, node_def.proto,
 * attr_value.proto, tensor.proto.
 */
final class FrozenGraph implements WeightContent {
    private static final int FLOAT32 = 1;
    private static final int HIGHEST_RANK = 32;
    private static final int MOST_NODES = 1_000_000;

    private final Path path;
    private final PickleDict root = new PickleDict(PickleDict.Kind.DICT);
    private final Map<String, Constant> constants = new LinkedHashMap<>();

    private FrozenGraph(Path path) {
        this.path = path;
    }

    /** The tensor message of a node, and what it says. */
    private record Constant(int type, Shape shape, ByteBuffer content, ByteBuffer message) {}

    /** A graph starts with its first node, which starts with its name. */
    static boolean startsLikeOne(String head) {
        if (head.length() < 16 || head.charAt(0) != '\n') {
            return false;
        }
        int at = 1;
        while (at < 6 && head.charAt(at) >= 0x80) {
            at++;
        }
        return head.charAt(at + 1) == '\n' && head.charAt(at + 2) > 0;
    }

    static FrozenGraph open(Path path) throws IOException {
        FrozenGraph graph = new FrozenGraph(path);
        ByteBuffer file = map(path);
        graph.nodes(file);
        long bytes = 0;
        for (Map.Entry<String, Constant> constant : graph.constants.entrySet()) {
            Shape shape = constant.getValue().shape();
            bytes += Float.BYTES * shape.elements();
            if (bytes > 2L * file.limit()) {
                throw new BadWeightsException("its constants announce more than twice the file's bytes");
            }
            Storage storage = new Storage(constant.getKey(), ElementType.F32, shape.elements());
            graph.root.put(constant.getKey(), StoredTensor.whole(storage, shape));
        }
        graph.constants.clear();
        return graph;
    }

    private static ByteBuffer map(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            if (channel.size() > Integer.MAX_VALUE) {
                throw new BadWeightsException("it has " + channel.size() + " bytes; graphs have up to 2 GiB");
            }
            return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
        }
    }

    private void nodes(ByteBuffer file) throws BadWeightsException {
        ProtoInput graph = new ProtoInput(file);
        int nodes = 0;
        for (int field = graph.next(); field != 0; field = graph.next()) {
            if (field != 1) {
                graph.skip();
            } else if (++nodes > MOST_NODES) {
                throw new BadWeightsException("its graph has more than " + MOST_NODES + " nodes");
            } else {
                node(graph.message());
            }
        }
    }

    private void node(ProtoInput node) throws BadWeightsException {
        String name = "";
        String operation = "";
        Optional<ByteBuffer> tensor = Optional.empty();
        for (int field = node.next(); field != 0; field = node.next()) {
            switch (field) {
                case 1 -> name = node.text();
                case 2 -> operation = node.text();
                case 5 -> {
                    Optional<ByteBuffer> found = value(node.message());
                    tensor = found.isPresent() ? found : tensor;
                }
                default -> node.skip();
            }
        }
        if (!operation.equals("Const") || tensor.isEmpty()) {
            return;
        }
        Constant constant = constant(name, tensor.get());
        if (constant.type() == FLOAT32 && constants.put(name, constant) != null) {
            throw new BadWeightsException("its node " + name + " is there twice");
        }
    }

    /** The tensor of the attribute {@code value}; empty for another attribute. */
    private static Optional<ByteBuffer> value(ProtoInput attribute) throws BadWeightsException {
        String key = "";
        Optional<ByteBuffer> tensor = Optional.empty();
        for (int field = attribute.next(); field != 0; field = attribute.next()) {
            switch (field) {
                case 1 -> key = attribute.text();
                case 2 -> tensor = tensor(attribute.message());
                default -> attribute.skip();
            }
        }
        return key.equals("value") ? tensor : Optional.empty();
    }

    private static Optional<ByteBuffer> tensor(ProtoInput value) throws BadWeightsException {
        Optional<ByteBuffer> tensor = Optional.empty();
        for (int field = value.next(); field != 0; field = value.next()) {
            if (field == 8) {
                tensor = Optional.of(value.bytes());
            } else {
                value.skip();
            }
        }
        return tensor;
    }

    private static Constant constant(String name, ByteBuffer message) throws BadWeightsException {
        ProtoInput tensor = new ProtoInput(message);
        int type = 0;
        Shape shape = Shape.of();
        ByteBuffer content = ByteBuffer.allocate(0);
        for (int field = tensor.next(); field != 0; field = tensor.next()) {
            switch (field) {
                case 1 -> type = (int) tensor.number();
                case 2 -> shape = shape(name, tensor.message());
                case 4 -> content = tensor.bytes();
                default -> tensor.skip();
            }
        }
        return new Constant(type, shape, content, message);
    }

    private static Shape shape(String name, ProtoInput shape) throws BadWeightsException {
        int[] extents = new int[HIGHEST_RANK];
        int rank = 0;
        long elements = 1;
        for (int field = shape.next(); field != 0; field = shape.next()) {
            if (field != 2) {
                shape.skip();
                continue;
            }
            ProtoInput axis = shape.message();
            long extent = 0;
            for (int part = axis.next(); part != 0; part = axis.next()) {
                if (part == 1) {
                    extent = axis.number();
                } else {
                    axis.skip();
                }
            }
            if (rank == HIGHEST_RANK || extent < 0 || extent > Integer.MAX_VALUE / Math.max(1, elements)) {
                throw new BadWeightsException("its constant " + name + " has an axis of " + extent);
            }
            extents[rank++] = (int) extent;
            elements *= extent;
        }
        return Shape.of(Arrays.copyOf(extents, rank));
    }

    @Override
    public WeightFormat format() {
        return WeightFormat.FROZEN_GRAPH;
    }

    @Override
    public PickleDict root() {
        return root;
    }

    @Override
    public Map<String, String> metadata() {
        return Map.of();
    }

    /** Reads the file anew, so that it stays open no longer than needed. */
    @Override
    public Map<String, Safetensors.Array> read(Map<String, StoredTensor> tensors) throws IOException {
        FrozenGraph graph = new FrozenGraph(path);
        graph.nodes(map(path));
        Map<String, float[]> values = new HashMap<>();
        Map<String, Safetensors.Array> read = new LinkedHashMap<>();
        for (Map.Entry<String, StoredTensor> tensor : tensors.entrySet()) {
            String node = tensor.getValue().storage().key();
            Constant constant = graph.constants.get(node);
            if (constant == null || !constant.shape().equals(tensor.getValue().shape())) {
                throw new BadWeightsException("it has changed while it was read", "read it again");
            }
            if (!values.containsKey(node)) {
                values.put(node, values(node, constant));
            }
            read.put(tensor.getKey(), new Safetensors.Array(constant.shape().toArray(), values.get(node)));
        }
        return read;
    }

    /** From raw content, or from floats, packed or one by one, of which the last stands for all that follow. */
    private static float[] values(String name, Constant constant) throws BadWeightsException {
        float[] values = new float[(int) constant.shape().elements()];
        if (constant.content().hasRemaining()) {
            if (constant.content().remaining() != (long) Float.BYTES * values.length) {
                throw new BadWeightsException("its constant " + name + " has "
                        + constant.content().remaining() + " bytes, but " + values.length + " elements");
            }
            constant.content()
                    .duplicate()
                    .order(constant.content().order())
                    .asFloatBuffer()
                    .get(values);
            return values;
        }
        ProtoInput tensor = new ProtoInput(constant.message());
        int filled = 0;
        for (int field = tensor.next(); field != 0; field = tensor.next()) {
            if (field != 5) {
                tensor.skip();
            } else if (tensor.isBytes()) {
                ByteBuffer packed = tensor.bytes();
                if (packed.remaining() % Float.BYTES != 0
                        || packed.remaining() / Float.BYTES > values.length - filled) {
                    throw new BadWeightsException("its constant " + name + " has more values than elements");
                }
                int count = packed.remaining() / Float.BYTES;
                packed.asFloatBuffer().get(values, filled, count);
                filled += count;
            } else {
                float value = tensor.fourByteFloat();
                if (filled == values.length) {
                    throw new BadWeightsException("its constant " + name + " has more values than elements");
                }
                values[filled++] = value;
            }
        }
        if (filled == 0 && values.length > 0) {
            throw new BadWeightsException("its constant " + name + " has no values");
        }
        Arrays.fill(values, filled, values.length, filled > 0 ? values[filled - 1] : 0);
        return values;
    }

    /** A graph has no checksums. */
    @Override
    public boolean verify(Collection<StoredTensor> tensors) {
        return false;
    }
}
