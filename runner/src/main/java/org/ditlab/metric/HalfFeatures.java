package org.ditlab.metric;

/**
 * A set of vectors as ADM's evaluator computes with them.
 *
 * @param exact the vectors as they are
 * @param rounded the vectors in float16
 * @param squares squared norms of the rounded vectors, summed in float64
 * @param halfNorms squared norms of the rounded vectors in float16
 * @param norms squared norms of the vectors as they are, in float32
 */
record HalfFeatures(Rows exact, Rows rounded, double[] squares, float[] halfNorms, float[] norms) {
    private static final int BLOCK = 256;

    /** Looks at every vector once. */
    static HalfFeatures of(String name, Rows rows) {
        int n = rows.count();
        int d = rows.dimensions();
        HalfFeatures set = new HalfFeatures(rows, new Rounded(rows), new double[n], new float[n], new float[n]);
        Rows checked = new FiniteRows(name, rows);
        checked.eachBlock(BLOCK, (from, count, block) -> {
            for (int i = 0; i < count; i++) {
                double whole = 0;
                double half = 0;
                for (int j = i * d; j < (i + 1) * d; j++) {
                    float rounded = HalfPrecision.round(block[j]);
                    whole += (double) block[j] * block[j];
                    half += (double) rounded * rounded;
                }
                set.squares[from + i] = half;
                set.halfNorms[from + i] = HalfPrecision.round((float) half);
                set.norms[from + i] = (float) whole;
            }
        });
        return set;
    }

    int count() {
        return norms.length;
    }

    /** Vectors rounded to float16 as they are read. */
    private record Rounded(Rows rows) implements Rows {
        @Override
        public int count() {
            return rows.count();
        }

        @Override
        public int dimensions() {
            return rows.dimensions();
        }

        @Override
        public void read(int from, int count, float[] out) {
            rows.read(from, count, out);
            for (int i = 0; i < count * rows.dimensions(); i++) {
                out[i] = HalfPrecision.round(out[i]);
            }
        }
    }
}
