package org.ditlab.metric;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.ditlab.data.Fingerprint;
import org.ditlab.data.Safetensors;
import org.ditlab.nn.StateDict;
import org.ditlab.study.StudyException;
import org.ditlab.tensor.DType;
import org.ditlab.tensor.Scope;
import org.ditlab.tensor.Shape;
import org.ditlab.tensor.Tensor;
import org.ditlab.tensor.random.Streams;
import org.ditlab.tensor.spi.Backend;

/**
 * Features of a small convolutional classifier that was trained on the study's own data: what FID is taken over where no
 * Inception weights are at hand. Runs in float32 in chunks of a fixed size, the last one filled up, so that an image's
 * features are the same bits whatever batch is asked for.
 */
public final class ClassifierExtractor implements FeatureExtractor {
    private static final int CHUNK = 64;

    /**
     * What a classifier was made for.
     *
     * @param data name of the data set
     * @param size side of its images
     */
    record Form(String data, int channels, int size, int dimensions, int classes) {
        ClassifierNet net() {
            return new ClassifierNet(channels, size, dimensions, classes);
        }
    }

    private final Backend backend;
    private final Form form;
    private final StateDict weights;
    private final ClassifierNet net;
    private final Scope scope;

    /** Gives a network these weights; its tensors live until it is closed. */
    ClassifierExtractor(Backend backend, Form form, StateDict weights) {
        this.backend = backend;
        this.form = form;
        this.weights = weights;
        scope = backend.scope("extractor");
        net = form.net();
        try {
            net.materialize(backend, new Streams(0));
            weights.load(net);
        } catch (IllegalArgumentException e) {
            scope.close();
            throw e;
        }
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @throws StudyException when the file is damaged or holds no classifier
     */
    public static ClassifierExtractor read(Backend backend, Path path) throws IOException {
        Safetensors.File file;
        try {
            file = Safetensors.read(path);
        } catch (StudyException e) {
            throw new StudyException(e.getMessage() + ", or delete its stage directory, so that it is trained anew");
        }
        Map<String, String> metadata = file.metadata();
        if (!ClassifierNet.VERSION.equals(metadata.get("network"))) {
            throw new StudyException(path + ": not the weights of a " + ClassifierNet.VERSION
                    + " network; delete its stage directory, so that it is trained anew");
        }
        Map<String, StateDict.Entry> entries = new LinkedHashMap<>();
        file.tensors()
                .forEach((name, array) ->
                        entries.put(name, new StateDict.Entry(Shape.of(array.shape()), array.values())));
        try {
            Form form = new Form(
                    String.valueOf(metadata.get("data")),
                    Integer.parseInt(metadata.get("channels")),
                    Integer.parseInt(metadata.get("size")),
                    Integer.parseInt(metadata.get("dimensions")),
                    Integer.parseInt(metadata.get("classes")));
            return new ClassifierExtractor(backend, form, new StateDict(entries));
        } catch (IllegalArgumentException e) {
            throw new StudyException(path + ": its weights do not fit what its metadata says (" + e.getMessage()
                    + "); delete its stage directory, so that it is trained anew");
        }
    }

    /** Saves weights and form. */
    public void write(Path path) throws IOException {
        Map<String, Safetensors.Array> arrays = new LinkedHashMap<>();
        weights.entries()
                .forEach((name, entry) ->
                        arrays.put(name, new Safetensors.Array(entry.shape().toArray(), entry.values())));
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("network", ClassifierNet.VERSION);
        metadata.put("data", form.data());
        metadata.put("channels", Integer.toString(form.channels()));
        metadata.put("size", Integer.toString(form.size()));
        metadata.put("dimensions", Integer.toString(form.dimensions()));
        metadata.put("classes", Integer.toString(form.classes()));
        Safetensors.write(path, arrays, metadata);
    }

    @Override
    public String name() {
        return "classifier:" + form.data();
    }

    @Override
    public String weightsHash() {
        Fingerprint all = new Fingerprint().add(ClassifierNet.VERSION);
        new TreeMap<>(weights.entries()).forEach((name, entry) -> {
            all.add(name).add(entry.shape().toString());
            for (float value : entry.values()) {
                all.add(Float.floatToRawIntBits(value));
            }
        });
        return all.hex();
    }

    @Override
    public String preprocessing() {
        return "none";
    }

    @Override
    public int dimensions() {
        return form.dimensions();
    }

    @Override
    public int classes() {
        return form.classes();
    }

    @Override
    public Features extract(ImageBatch images) {
        if (images.channels() != form.channels() || images.height() != form.size() || images.width() != form.size()) {
            throw new StudyException(name() + " reads images of " + form.channels() + "x" + form.size() + "x"
                    + form.size() + ", not of " + images.channels() + "x" + images.height() + "x" + images.width()
                    + "; give images of its own size");
        }
        float[] features = new float[images.count() * form.dimensions()];
        float[] logits = new float[images.count() * form.classes()];
        float[] chunk = new float[CHUNK * images.length()];
        for (int from = 0; from < images.count(); from += CHUNK) {
            int count = Math.min(CHUNK, images.count() - from);
            int start = from * images.length();
            for (int i = 0; i < chunk.length; i++) {
                chunk[i] = i < count * images.length() ? scaled(images.pixels()[start + i]) : 0;
            }
            try (Scope one = backend.scope();
                    Backend.Guard guard = backend.noGrad()) {
                Shape shape = Shape.of(CHUNK, form.channels(), form.size(), form.size());
                Tensor found = net.features(backend.tensor(chunk, shape, DType.FLOAT32)); // (64, d)
                copy(found, features, from, count);
                copy(net.logits(found), logits, from, count);
            }
        }
        return new Features(images.count(), form.dimensions(), features, form.classes(), logits);
    }

    private static void copy(Tensor rows, float[] out, int from, int count) {
        int width = rows.dim(1);
        System.arraycopy(rows.toFloats(), 0, out, from * width, count * width);
    }

    /** A byte as the network sees it, in [-1, 1]. */
    static float scaled(byte value) {
        return (value & 0xff) / 127.5f - 1;
    }

    @Override
    public void close() {
        scope.close();
    }
}
