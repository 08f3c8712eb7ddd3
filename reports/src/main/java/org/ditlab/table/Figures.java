package org.ditlab.table;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import org.ditlab.statistics.Estimate;

/** How numbers are printed: the same digits in every format and on every machine. */
public final class Figures {
    private static final int DIGITS = 3;

    private Figures() {}

    /** Three significant digits and never an exponent: {@code 0.0123}, {@code 61.2}, {@code 1240}. */
    public static String significant(double value) {
        return significant(value, DIGITS);
    }

    /** So many significant digits; whole digits before the point are never rounded away. */
    public static String significant(double value, int digits) {
        if (!Double.isFinite(value)) {
            return "-";
        }
        if (value == 0) {
            return "0";
        }
        BigDecimal number = new BigDecimal(value).round(new MathContext(digits, RoundingMode.HALF_EVEN));
        int whole = number.precision() - number.scale();
        return decimals(value, Math.max(0, digits - whole));
    }

    /**
     * {@code 60.07 +- 0.28}: the interval with two significant digits and the mean with as many decimals; without an interval
     * the mean and how many values it stands for, {@code 61.2 (n = 1)}.
     */
    public static String estimate(Estimate estimate) {
        if (estimate.n() == 0) {
            return "-";
        }
        if (estimate.halfWidth().isEmpty()) {
            return significant(estimate.mean()) + " (n = " + estimate.n() + ")";
        }
        return estimate(estimate.mean(), estimate.halfWidth().getAsDouble());
    }

    /** The same where the text beside it tells how many values it stands for: without an interval the mean alone. */
    public static String uncounted(Estimate estimate) {
        return estimate.n() > 0 && estimate.halfWidth().isEmpty() ? significant(estimate.mean()) : estimate(estimate);
    }

    /** A mean and half the width of its interval, as {@link #estimate(Estimate)} prints them. */
    static String estimate(double mean, double half) {
        int decimals = decimalsOf(half == 0 ? significant(mean, 4) : significant(half, 2));
        return decimals(mean, decimals) + " ± " + decimals(half, decimals);
    }

    /** A p-value: two significant digits, {@code < 0.0001} below that. */
    public static String probability(double p) {
        if (Double.isNaN(p)) {
            return "-";
        }
        return p < 1e-4 ? "< 0.0001" : significant(Math.min(1, p), 2);
    }

    /** A fixed number of decimals. */
    public static String decimals(double value, int decimals) {
        return new BigDecimal(value).setScale(decimals, RoundingMode.HALF_EVEN).toPlainString();
    }

    /** For programs: the shortest text that reads back as the same number, without an exponent; empty for NaN. */
    public static String plain(double value) {
        if (!Double.isFinite(value)) {
            return "";
        }
        return new BigDecimal(Double.toString(value)).stripTrailingZeros().toPlainString();
    }

    private static int decimalsOf(String text) {
        int point = text.indexOf('.');
        return point < 0 ? 0 : text.length() - point - 1;
    }
}
