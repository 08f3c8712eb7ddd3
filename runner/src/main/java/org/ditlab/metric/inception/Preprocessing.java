package org.ditlab.metric.inception;

import org.ditlab.data.Resize;
import org.ditlab.data.ResizeMethod;

/**
 * What a suite does to an image before the network: resize to 299 x 299, then {@code (v - centre) * scale}. Two of them give two
 * distances for the same images, so that each is a protocol of its own.
 */
public enum Preprocessing {
    /** The graph's own resize, {@code (v - 128) / 128}: ADM's evaluator, torch-fidelity, TTUR. */
    TF1_BILINEAR("tf1-bilinear", ResizeMethod.TF1_BILINEAR, 128, 1 / 128f),
    /** {@code v / 255}, half-pixel bilinear without antialiasing, {@code 2 v - 1}: pytorch-fid. */
    HALF_PIXEL("half-pixel", ResizeMethod.HALFPIXEL_BILINEAR, 127.5f, 2 / 255f),
    /** Antialiased bicubic on floats, limited to 0..255 and not rounded, {@code (v - 128) / 128}: clean-fid. */
    CLEAN("clean", ResizeMethod.PIL_BICUBIC_FLOAT_CLIPPED, 128, 1 / 128f),
    /** The TorchScript file's resize, {@code (v - 128) / 128}: StyleGAN, EDM, clean-fid's {@code legacy_tensorflow}. */
    GRID_SAMPLE("grid-sample", ResizeMethod.GRID_SAMPLE_EMULATION, 128, 1 / 128f);

    private static final int PLANE = InceptionV3.SIZE * InceptionV3.SIZE;

    private final String word;
    private final ResizeMethod method;
    private final float centre;
    private final float scale;

    Preprocessing(String word, ResizeMethod method, float centre, float scale) {
        this.word = word;
        this.method = method;
        this.centre = centre;
        this.scale = scale;
    }

    /** The name for protocols and command lines: {@code tf1-bilinear}. */
    public String word() {
        return word;
    }

    public ResizeMethod method() {
        return method;
    }

    /** Prepares for images (3, height, width). */
    ForSize forSize(int height, int width) {
        return new ForSize(
                height, width, method.between(height, width, InceptionV3.SIZE, InceptionV3.SIZE), centre, scale);
    }

    /** A preprocessing of images of one size; used by any number of threads. */
    record ForSize(int height, int width, Resize resize, float centre, float scale) {
        /**
         * Prepares one image.
         *
         * @param in bytes (3, height, width) from {@code from} on
         * @param out (299, 299, 3) from {@code to} on: channels last, as convolutions read it fastest
         */
        void image(byte[] in, int from, float[] out, int to) {
            float[] plane = new float[PLANE];
            for (int channel = 0; channel < 3; channel++) {
                resize.plane(in, from + channel * height * width, plane, 0);
                for (int i = 0; i < PLANE; i++) {
                    out[to + 3 * i + channel] = (plane[i] - centre) * scale;
                }
            }
        }
    }
}
