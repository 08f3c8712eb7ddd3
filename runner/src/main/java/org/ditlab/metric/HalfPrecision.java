package org.ditlab.metric;

/** Numbers of IEEE 754 binary16, as the float32 of the same value. */
final class HalfPrecision {
    private static final int SMALLEST_NORMAL = Float.floatToRawIntBits(0x1p-14f);
    private static final int BEYOND = Float.floatToRawIntBits(0x1p16f);
    private static final int INFINITE = Float.floatToRawIntBits(Float.POSITIVE_INFINITY);
    private static final int DROPPED = 13;

    private HalfPrecision() {}

    /** The nearest number, the even one of two; infinity from 65520 on. */
    static float round(float value) {
        int bits = Float.floatToRawIntBits(value);
        int magnitude = bits & 0x7fffffff;
        if (magnitude >= INFINITE) {
            return value;
        }
        if (magnitude < SMALLEST_NORMAL) {
            return (float) (Math.rint(value * 0x1p24) * 0x1p-24);
        }
        int odd = (magnitude >>> DROPPED) & 1;
        int rounded = (magnitude + (1 << (DROPPED - 1)) - 1 + odd) & -(1 << DROPPED);
        return Float.intBitsToFloat((bits & 0x80000000) | (rounded >= BEYOND ? INFINITE : rounded));
    }
}
