package org.ditlab.model.inspect;

import java.util.Locale;

/** Numbers as people read them: at least three significant digits and a unit. */
final class Quantity {
    private static final double KILO = 1e3;
    private static final double MEGA = 1e6;
    private static final double GIGA = 1e9;

    private Quantity() {}

    /** {@code 32.9 M}; {@code 0} stays {@code 0}. */
    static String count(long number) {
        double size = Math.abs((double) number);
        if (size < KILO) {
            return String.valueOf(number);
        }
        return size < MEGA ? scaled(number / KILO) + " k" : scaled(number / MEGA) + " M";
    }

    /** {@code 1.413}: 10^9. */
    static String giga(long number) {
        return number == 0 ? "0" : scaled(number / GIGA);
    }

    /** {@code 0.720}: 10^6. */
    static String mega(long number) {
        return number == 0 ? "0" : scaled(number / MEGA);
    }

    /** {@code 12.30 MB}, 10^6 bytes; {@code 0} stays {@code 0}. */
    static String bytes(long number) {
        return number == 0
                ? "0"
                : Math.abs(number) < MEGA ? scaled(number / KILO) + " kB" : scaled(number / MEGA) + " MB";
    }

    /** With the sign also of what is positive. */
    static String signed(String number) {
        return number.equals("0") || number.startsWith("-") ? number : "+" + number;
    }

    private static String scaled(double number) {
        double size = Math.abs(number);
        int digits = size >= 100 ? 1 : size >= 10 ? 2 : size >= 0.1 ? 3 : size >= 0.001 ? 5 : 7;
        return String.format(Locale.ROOT, "%." + digits + "f", number);
    }
}
