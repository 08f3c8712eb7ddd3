package org.ditlab.metric;

/** Some of the vectors of a set, numbered anew. */
record RowRange(Rows rows, int from, int count) implements Rows {
    @Override
    public int dimensions() {
        return rows.dimensions();
    }

    @Override
    public void read(int first, int wanted, float[] out) {
        rows.read(from + first, wanted, out);
    }
}
