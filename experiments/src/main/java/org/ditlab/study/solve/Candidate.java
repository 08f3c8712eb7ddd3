package org.ditlab.study.solve;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;
import org.ditlab.knob.Setting;

/**
 * A value that a knob may take, and what the model costs with it.
 *
 * @param macs pure multiply-accumulates of one (folded) forward pass at batch 1
 */
public record Candidate(Setting<?> setting, long macs) {
    private static final double GIGA = 1e9;
    private static final int DIGITS = 4;

    /** How far the cost is from a target, in percent of the target; negative below it. */
    public double deviationPercent(long target) {
        return 100.0 * (macs - target) / target;
    }

    /** {@code width = 48}. */
    public String value() {
        return setting.knob().name() + " = " + setting.raw();
    }

    /** {@code width = 48 with 1.386 GMACs (-1.7 %)}. */
    String describe(long target) {
        return value() + " with " + gmacs(macs) + " GMACs (" + signed(deviationPercent(target)) + ")";
    }

    /** Multiply-accumulates in billions, rounded to four digits: {@code 1.386}. */
    public static String gmacs(long macs) {
        BigDecimal exact = BigDecimal.valueOf(macs, 9);
        if (macs >= GIGA * 1000) {
            return exact.setScale(0, RoundingMode.HALF_EVEN).toPlainString();
        }
        return exact.round(new MathContext(DIGITS, RoundingMode.HALF_EVEN)).toPlainString();
    }

    /** {@code -1.7 %}: one decimal, more for what is smaller, {@code 0 %} for nothing. */
    public static String signed(double percent) {
        if (percent == 0) {
            return "0 %";
        }
        double size = Math.abs(percent);
        int decimals = 1;
        while (size < Math.pow(10, 1.0 - decimals) && decimals < 8) {
            decimals++;
        }
        return String.format(Locale.ROOT, "%+." + decimals + "f %%", percent);
    }
}
