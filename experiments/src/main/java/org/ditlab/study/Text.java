package org.ditlab.study;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Text that people wrote, and values, made fit for messages. */
public final class Text {
    private static final int SHOWN = 60;

    private Text() {}

    /** The text in double quotes, shortened, with control characters shown as {@code \}{@code u001b}. */
    public static String quote(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.codePoints().limit(SHOWN).forEach(c -> {
            if (isPrintable(c) && c != '\n' && c != '\t') {
                quoted.appendCodePoint(c);
            } else {
                quoted.append(String.format("\\u%04x", c));
            }
        });
        return quoted.append(text.codePointCount(0, text.length()) > SHOWN ? "...\"" : "\"")
                .toString();
    }

    /** A knob's raw value as studies write it: {@code 0.00001}, where Java says {@code 1.0E-5}. */
    public static String value(@Nullable Object raw) {
        if (raw instanceof List<?> list) {
            return list.stream().map(Text::value).collect(Collectors.joining(", ", "[", "]"));
        }
        return raw instanceof Double real && Double.isFinite(real) ? CanonicalJson.number(real) : String.valueOf(raw);
    }

    /** Whether the text holds only characters that can be shown and saved; line ends and tabs may stand in it. */
    public static boolean printable(String text) {
        return text.codePoints().allMatch(Text::isPrintable);
    }

    private static boolean isPrintable(int c) {
        int type = Character.getType(c);
        return c == '\n'
                || c == '\t'
                || !(type == Character.CONTROL
                        || type == Character.SURROGATE
                        || type == Character.FORMAT
                        || type == Character.LINE_SEPARATOR
                        || type == Character.PARAGRAPH_SEPARATOR
                        || (c & 0xFFFE) == 0xFFFE);
    }
}
