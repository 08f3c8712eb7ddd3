package org.ditlab.table;

import java.util.Locale;
import java.util.Map;

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
            Map.entry('\u00d7', "$\\times$"));
    private static final String[] DIGITS = {
        "Zero", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine"
    };

    private LatexText() {}

    static String escaped(String text) {
        StringBuilder escaped = new StringBuilder();
        text.chars().forEach(c -> {
            String command = COMMANDS.get((char) c);
            if (command != null) {
                escaped.append(command);
            } else {
                escaped.append(Character.isISOControl(c) ? ' ' : (char) c);
            }
        });
        return escaped.toString();
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
