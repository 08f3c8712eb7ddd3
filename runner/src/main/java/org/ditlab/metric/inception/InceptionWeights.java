package org.ditlab.metric.inception;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ditlab.data.Fingerprint;
import org.ditlab.nn.StateDict;
import org.ditlab.study.StudyException;
import org.ditlab.tensor.Shape;
import org.ditlab.weights.WeightFile;
import org.ditlab.weights.WeightFormat;

/**
 * The weights of the Inception network by PyTorch's names ({@code Mixed_5b.branch1x1.bn.running_var}), from any file that they
 * are published in, told by content: a state dict with these names or those of a script module, a TorchScript archive, or the
 * frozen graph, whose kernels (H, W, in, out) become (out, in, H, W).
 *
 * @param state 472 tensors in PyTorch's order
 * @param hash SHA-256 in hex over names, shapes and float32 values: equal for the same weights in different files
 * @param container the kind of file, in words
 * @param scaleAbsent whether the file has no scales of batch normalisations, which are 1 then
 */
public record InceptionWeights(StateDict state, String hash, String container, boolean scaleAbsent) {
    private static final String VERSION = "inception-2015-12-05";
    private static final int SHOWN = 8;

    /** The names of a file. */
    private enum Names {
        STATE_DICT("state dict"),
        SCRIPT("script module"),
        GRAPH("graph");

        private final String words;

        Names(String words) {
            this.words = words;
        }

        String of(InceptionTensor tensor) {
            return switch (this) {
                case STATE_DICT -> tensor.name();
                case SCRIPT -> tensor.script() == null ? "" : tensor.script();
                case GRAPH -> tensor.graph();
            };
        }
    }

    /**
     * Reads a file that holds all of the weights.
     *
     * @throws StudyException when it is damaged, of another kind, or tensors are missing, of another shape or not finite
     */
    public static InceptionWeights read(Path path) throws IOException {
        InceptionWeights weights;
        try {
            weights = readPart(path);
        } catch (StudyException e) {
            List<String> problems = new ArrayList<>(e.problems());
            problems.add(
                    "--inception takes pytorch-fid's or torch-fidelity's .pth, StyleGAN's .pt, ADM's classify_image_graph_def.pb, or the same"
                            + " tensors as .safetensors");
            throw new StudyException(problems);
        }
        List<String> problems = weights.problems();
        if (!problems.isEmpty()) {
            List<String> shown = new ArrayList<>();
            shown.add(path + ": is not the Inception network of 2015-12-05: " + problems.size()
                    + " of its tensors are not as they must be; " + hint(weights.state));
            problems.stream().limit(SHOWN).forEach(problem -> shown.add("  " + problem));
            if (problems.size() > SHOWN) {
                shown.add("  and " + (problems.size() - SHOWN) + " more");
            }
            throw new StudyException(shown);
        }
        return weights;
    }

    /** Which files serve and how one is given: the text for the error that says that none is. */
    public static String missing() {
        return "the Inception network of 2015-12-05 is needed; give it with --inception FILE or in the environment variable"
                + " DITLAB_INCEPTION, as one of these files, downloaded once: pt_inception-2015-12-05-6726825d.pth (release"
                + " of pytorch-fid on GitHub), weights-inception-2015-12-05-6726825d.pth (release of torch-fidelity on"
                + " GitHub), inception-2015-12-05.pt (NVIDIA, with StyleGAN3's metrics), classify_image_graph_def.pb"
                + " (OpenAI, with guided-diffusion's evaluations)";
    }

    /** Reads and renames what is there, whether or not that is all. */
    static InceptionWeights readPart(Path path) throws IOException {
        WeightFile file = WeightFile.open(path);
        StateDict read = file.weights(null).read();
        Names names = file.format() == WeightFormat.FROZEN_GRAPH
                ? Names.GRAPH
                : read.entries().keySet().stream().anyMatch(name -> name.startsWith("layers.conv"))
                        ? Names.SCRIPT
                        : Names.STATE_DICT;
        Map<String, StateDict.Entry> found = new LinkedHashMap<>();
        boolean scaleAbsent = true;
        for (InceptionTensor tensor : InceptionTensor.all()) {
            StateDict.Entry entry = read.entries().get(names.of(tensor));
            if (entry != null) {
                found.put(tensor.name(), names == Names.GRAPH ? laidOut(entry, tensor.layout()) : entry);
                scaleAbsent &= !tensor.isScale();
            }
        }
        if (found.isEmpty()) {
            throw new StudyException(path + ": a " + file.format() + " without any tensor of the Inception network");
        }
        Map<String, StateDict.Entry> state = new LinkedHashMap<>();
        for (InceptionTensor tensor : InceptionTensor.all()) {
            StateDict.Entry entry = found.get(tensor.name());
            String bias = tensor.name().replace(".bn.weight", ".bn.bias");
            if (entry == null && scaleAbsent && tensor.isScale() && found.containsKey(bias)) {
                entry = NetworkWeights.ones(found.get(bias).shape());
            }
            if (entry != null) {
                state.put(tensor.name(), entry);
            }
        }
        String container = file.format() + (names == Names.GRAPH ? "" : " with the names of a " + names.words);
        return new InceptionWeights(new StateDict(state), hash(state), container, scaleAbsent);
    }

    private static StateDict.Entry laidOut(StateDict.Entry entry, InceptionTensor.Layout layout) {
        Shape shape = entry.shape();
        int rank = layout == InceptionTensor.Layout.KERNEL ? 4 : 2;
        if (layout == InceptionTensor.Layout.SAME || shape.rank() != rank) {
            return entry;
        }
        int in = shape.dim(rank - 2);
        int out = shape.dim(rank - 1);
        int kernel = in == 0 || out == 0 ? 0 : (int) (shape.elements() / in / out);
        float[] values = new float[entry.values().length];
        for (int k = 0; k < kernel; k++) {
            for (int i = 0; i < in; i++) {
                for (int o = 0; o < out; o++) {
                    values[(o * in + i) * kernel + k] = entry.values()[(k * in + i) * out + o];
                }
            }
        }
        Shape turned = rank == 2 ? Shape.of(out, in) : Shape.of(out, in, shape.dim(0), shape.dim(1));
        return new StateDict.Entry(turned, values);
    }

    private static String hash(Map<String, StateDict.Entry> state) {
        Fingerprint hash = new Fingerprint().add(VERSION);
        state.forEach((name, entry) -> {
            ByteBuffer bytes =
                    ByteBuffer.allocate(Float.BYTES * entry.values().length).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asFloatBuffer().put(entry.values());
            hash.add(name).add(entry.shape().toString()).add(bytes.array());
        });
        return hash.hex();
    }

    /** What is missing, of another shape, or holds values that no trained network has. */
    private List<String> problems() {
        List<String> problems = new ArrayList<>();
        for (InceptionTensor tensor : InceptionTensor.all()) {
            StateDict.Entry entry = state.entries().get(tensor.name());
            if (entry == null) {
                problems.add(tensor.name() + " is missing");
            } else if (!entry.shape().equals(tensor.shape())) {
                problems.add(tensor.name() + " is " + entry.shape() + ", expected " + tensor.shape());
            } else {
                NetworkWeights.unsound(tensor.name(), entry).ifPresent(problems::add);
            }
        }
        return problems;
    }

    private static String hint(StateDict state) {
        StateDict.Entry classifier = state.entries().get("fc.weight");
        boolean other = classifier != null && classifier.shape().equals(Shape.of(1000, InceptionTensor.FEATURES));
        return other
                ? "with 1000 classes it is torchvision's network, whose features give other numbers; " + missing()
                : "take an undamaged copy; " + missing();
    }
}
