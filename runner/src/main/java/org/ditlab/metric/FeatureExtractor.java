package org.ditlab.metric;

/**
 * A network that turns images into the features and class scores that metrics compare. What it gives for an image does
 * not depend on the images beside it, nor on how many are asked for at once.
 */
public interface FeatureExtractor extends AutoCloseable {
    /** For protocols and columns: {@code classifier:shapes-32}. */
    String name();

    /** SHA-256 in hex over the weights. */
    String weightsHash();

    /** For protocols: how images are brought to what the network reads, {@code tf1-bilinear} or {@code none}. */
    String preprocessing();

    /** d, the length of a feature vector. */
    int dimensions();

    /** The length of a vector of spatial features, over which sFID is taken; 0 where there are none. */
    default int spatialDimensions() {
        return 0;
    }

    /** The length of a vector of class scores. */
    int classes();

    /**
     * Runs the network.
     *
     * @throws org.ditlab.study.StudyException when images of this form cannot be read
     */
    Features extract(ImageBatch images);

    @Override
    void close();
}
