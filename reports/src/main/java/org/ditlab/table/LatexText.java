package org.ditlab.table;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;

/** Plain text and names as LaTeX takes them. */
final class LatexText {
    private static final Map<Character, String> COMMANDS = Map.ofEntries(
            Map.entry('\\', "\\textbackslash{}"),
            Map.entry('{', "\\{"),
            Map.entry('}', "\\}"),
            Map.entry('$', "\\$"),
            Map.entry('&', "\\&"),
            Map.entry('#', "\\#"),
            Map.entry('%', "\\%"),
            Map.entry('_', "\\_"),
            Map.entry('^', "\\textasciicircum{}"),
            Map.entry('~', "\\textasciitilde{}"),
            Map.entry('<', "\\textless{}"),
            Map.entry('>', "\\textgreater{}"),
            Map.entry('|', "\\textbar{}"),
            Map.entry('"', "\\char34{}"),
            Map.entry('\u00b1', "$\\pm$"),
            Map.entry('\u00d7', "$\\times$"),
            Map.entry('\u00b7', "$\\cdot$"),
            Map.entry('\u2212', "$-$"),
            Map.entry('\u2192', "$\\rightarrow$"),
            Map.entry('\u2264', "$\\leq$"),
            Map.entry('\u2265', "$\\geq$"),
            Map.entry('\u221e', "$\\infty$"),
            Map.entry('\u2013', "--"),
            Map.entry('\u2014', "---"));
    private static final String CAPITALS = "\u0393\u0394\u0398\u039b\u039e\u03a0\u03a3\u03a6\u03a8\u03a9";
    private static final String[] CAPITAL_NAMES = {
        "Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Phi", "Psi", "Omega"
    };
    private static final String[] SMALL_NAMES = {
        "alpha",
        "beta",
        "gamma",
        "delta",
        "epsilon",
        "zeta",
        "eta",
        "theta",
        "iota",
        "kappa",
        "lambda",
        "mu",
        "nu",
        "xi",
        "omicron",
        "pi",
        "rho",
        "varsigma",
        "sigma",
        "tau",
        "upsilon",
        "phi",
        "chi",
        "psi",
        "omega"
    };
    private static final String[] DIGITS = {
        "Zero", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine"
    };

    private LatexText() {}

    /** Characters that a plain pdfLaTeX cannot set are given by their number: {@code U+4E2D}. */
    static String escaped(String text) {
        StringBuilder escaped = new StringBuilder();
        text.codePoints().forEach(c -> {
            String command = c < 0x10000 ? COMMANDS.get((char) c) : null;
            if (command != null) {
                escaped.append(command);
            } else if (Character.isISOControl(c)) {
                escaped.append(' ');
            } else if (c < 0x80 || (c >= 0xc0 && c <= 0x17f && Character.isLetter(c))) {
                escaped.appendCodePoint(c);
            } else {
                escaped.append(greek(c).map(name -> "$\\" + name + "$").orElse(String.format("U+%04X", c)));
            }
        });
        return escaped.toString();
    }

    /** A number's sign as a minus, where text has a hyphen before a digit; that of an exponent stays. */
    static String minus(String text, String sign) {
        return text.replaceAll("(?<![\\w.)}\\-])-(?=\\.?[0-9])", Matcher.quoteReplacement(sign));
    }

    private static Optional<String> greek(int c) {
        int capital = c < 0x10000 ? CAPITALS.indexOf((char) c) : -1;
        if (capital >= 0) {
            return Optional.of(CAPITAL_NAMES[capital]);
        }
        int small = c - 0x3b1;
        return small >= 0 && small < SMALL_NAMES.length && !SMALL_NAMES[small].equals("omicron")
                ? Optional.of(SMALL_NAMES[small])
                : Optional.empty();
    }

    /** Letters only, as a macro's name must be: {@code DiT-S/4} becomes {@code DiTSFour}. */
    static String macro(String text) {
        StringBuilder name = new StringBuilder();
        boolean upper = true;
        for (char c : text.toCharArray()) {
            if (c >= '0' && c <= '9') {
                name.append(DIGITS[c - '0']);
                upper = true;
            } else if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) {
                name.append(upper ? String.valueOf(c).toUpperCase(Locale.ROOT) : String.valueOf(c));
                upper = false;
            } else {
                upper = true;
            }
        }
        return name.toString();
    }
}
