package org.ditlab.model.inspect;

import java.util.Locale;

/** A power of 1000 that figures are printed in, by the prefix of its unit. */
enum Scale {
    ONE("", 1),
    KILO("k", 1e3),
    MEGA("M", 1e6),
    GIGA("G", 1e9),
    TERA("T", 1e12),
    PETA("P", 1e15),
    EXA("E", 1e18);

    /** What is smaller is written with an exponent. */
    private static final double SMALL = 1e-6;

    private final String prefix;
    private final double factor;

    Scale(String prefix, double factor) {
        this.prefix = prefix;
        this.factor = factor;
    }

    /** The scale in which a number has one to three digits before the point. */
    static Scale of(long number) {
        Scale scale = ONE;
        for (Scale larger : values()) {
            scale = Math.abs((double) number) >= larger.factor ? larger : scale;
        }
        return scale;
    }

    String prefix() {
        return prefix;
    }

    /** At least three significant digits, the prefix not among them; {@code 0} stays {@code 0}. */
    String number(long number) {
        if (number == 0 || this == ONE) {
            return String.valueOf(number);
        }
        double scaled = number / factor;
        double size = Math.abs(scaled);
        if (size < SMALL) {
            return String.format(Locale.ROOT, "%.2e", scaled);
        }
        int digits = size >= 100 ? 1 : size >= 10 ? 2 : size >= 0.1 ? 3 : size >= 0.001 ? 5 : size >= 1e-5 ? 7 : 8;
        return String.format(Locale.ROOT, "%." + digits + "f", scaled);
    }
}
