package org.ditlab.data;

/**
 * How suites of metrics resize images. They differ by enough to change the first digit of a distance. All work per channel, on
 * values 0..255.
 */
public enum ResizeMethod {
    /** TensorFlow 1's {@code ResizeBilinear} without align_corners, bit by bit. */
    TF1_BILINEAR {
        @Override
        public Resize between(int height, int width, int toHeight, int toWidth) {
            return new LinearResize(
                    width, LinearAxis.tensorFlow1(height, toHeight), LinearAxis.tensorFlow1(width, toWidth));
        }
    },
    /** PyTorch's {@code interpolate(mode="bilinear")}. */
    HALFPIXEL_BILINEAR {
        @Override
        public Resize between(int height, int width, int toHeight, int toWidth) {
            return new LinearResize(
                    width, LinearAxis.halfPixel(height, toHeight), LinearAxis.halfPixel(width, toWidth));
        }
    },
    /** PyTorch's {@code interpolate(mode="bilinear", antialias=True)}. */
    ANTIALIAS_BILINEAR {
        @Override
        public Resize between(int height, int width, int toHeight, int toWidth) {
            return KernelResize.antialiased(Resampler.Kernel.TRIANGLE, height, width, toHeight, toWidth, false);
        }
    },
    /** PyTorch's {@code interpolate(mode="bicubic", antialias=True)}. */
    ANTIALIAS_BICUBIC {
        @Override
        public Resize between(int height, int width, int toHeight, int toWidth) {
            return KernelResize.antialiased(Resampler.Kernel.CUBIC, height, width, toHeight, toWidth, false);
        }
    },
    /** PyTorch's {@code interpolate(mode="bicubic")}. */
    PLAIN_BICUBIC {
        @Override
        public Resize between(int height, int width, int toHeight, int toWidth) {
            return new KernelResize(
                    height, width, Resampler.plainCubic(height, toHeight), Resampler.plainCubic(width, toWidth), false);
        }
    },
    /** Pillow's bicubic on channels of floats, limited to 0..255 and not rounded: clean-fid's. */
    PIL_BICUBIC_FLOAT_CLIPPED {
        @Override
        public Resize between(int height, int width, int toHeight, int toWidth) {
            return KernelResize.antialiased(Resampler.Kernel.CUBIC, height, width, toHeight, toWidth, true);
        }
    },
    /** Pillow's bicubic on bytes. */
    PIL_BICUBIC_UINT8 {
        @Override
        public Resize between(int height, int width, int toHeight, int toWidth) {
            return ByteResize.antialiased(Resampler.Kernel.CUBIC, height, width, toHeight, toWidth);
        }
    },
    /** Pillow's bilinear on bytes. */
    PIL_BILINEAR_UINT8 {
        @Override
        public Resize between(int height, int width, int toHeight, int toWidth) {
            return ByteResize.antialiased(Resampler.Kernel.TRIANGLE, height, width, toHeight, toWidth);
        }
    },
    /** TensorFlow 1's places through PyTorch's {@code affine_grid} and {@code grid_sample}, borders repeated. */
    GRID_SAMPLE_EMULATION {
        @Override
        public Resize between(int height, int width, int toHeight, int toWidth) {
            return new LinearResize(
                    width, LinearAxis.affineGrid(height, toHeight), LinearAxis.affineGrid(width, toWidth));
        }
    };

    /** Prepares for images of one size. */
    public abstract Resize between(int height, int width, int toHeight, int toWidth);
}
