package org.ditlab.tensor.reference;

import org.ditlab.tensor.DType;

/** Rounds doubles to the values that a type can hold. */
final class Rounding {
    private Rounding() {}

    /** Rounds every value; INT64 truncates toward zero. Returns the same array. */
    static double[] inPlace(double[] values, DType type) {
        switch (type) {
            case FLOAT64 -> {}
            case FLOAT32 -> {
                for (int i = 0; i < values.length; i++) {
                    values[i] = (float) values[i];
                }
            }
            case BFLOAT16 -> {
                for (int i = 0; i < values.length; i++) {
                    values[i] = bfloat16((float) values[i]);
                }
            }
            case INT64 -> {
                for (int i = 0; i < values.length; i++) {
                    values[i] = (long) values[i];
                }
            }
        }
        return values;
    }

    /** Nearest value with 8 significant bits, ties to even; NaN and infinities stay. */
    static float bfloat16(float value) {
        if (Float.isNaN(value) || Float.isInfinite(value)) {
            return value;
        }
        int bits = Float.floatToRawIntBits(value);
        int nearest = bits + 0x7fff + ((bits >>> 16) & 1);
        return Float.intBitsToFloat(nearest & 0xffff0000);
    }
}
