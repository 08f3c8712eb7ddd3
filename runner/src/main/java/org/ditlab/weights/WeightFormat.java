package org.ditlab.weights;

/** How a weight file is laid out. */
public enum WeightFormat {
    SAFETENSORS("safetensors"),
    /** What {@code torch.save} writes from 1.6 on: a zip with {@code data.pkl} and one member per storage. */
    TORCH_ZIP("PyTorch zip"),
    /** What {@code torch.save} wrote before 1.6: five pickles, then the storages. */
    TORCH_LEGACY("PyTorch legacy"),
    /** What {@code torch.jit.save} writes: a zip whose {@code data.pkl} holds modules; its code is not read. */
    TORCH_SCRIPT("TorchScript archive"),
    /** A {@code GraphDef} whose constants are the weights. */
    FROZEN_GRAPH("TensorFlow frozen graph");

    private final String words;

    WeightFormat(String words) {
        this.words = words;
    }

    @Override
    public String toString() {
        return words;
    }
}
