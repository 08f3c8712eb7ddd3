package org.ditlab.study;

/** Text that people wrote, made fit for messages. */
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
