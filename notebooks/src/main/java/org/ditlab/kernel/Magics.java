package org.ditlab.kernel;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Lines that are no Java: {@code %jars lib/*.jar}. Each stands alone on its line and is done before what follows it. A line that
 * begins with another {@code %word} is left to the compiler: it may be the rest of a division.
 */
final class Magics {
    private static final Pattern LINE = Pattern.compile("(?m)^[ \\t]*%([A-Za-z]+)[ \\t]*(.*?)[ \\t]*;?$");
    private static final Pattern CELL = Pattern.compile("\\A\\s*%%(\\w*).*");

    private final Map<String, Consumer<List<String>>> known = new TreeMap<>();

    /** A magic; one that cannot do its work throws {@link IllegalArgumentException} with what to tell. */
    void add(String name, Consumer<List<String>> magic) {
        known.put(name, magic);
    }

    /** The cell as Java: each magic is a call, in its place. */
    String toJava(String cell) throws CellFailure {
        Matcher whole = CELL.matcher(cell);
        if (whole.lookingAt()) {
            throw FailureText.message(
                    "UnknownMagic",
                    "%%" + whole.group(1) + ": there are no magics of whole cells; known are " + names());
        }
        return LINE.matcher(cell)
                .replaceAll(line -> Matcher.quoteReplacement(
                        known.containsKey(line.group(1)) ? call(line.group(1), line.group(2)) : line.group()));
    }

    private static String call(String name, String words) {
        StringBuilder java = new StringBuilder(Display.class.getName())
                .append(".lineMagic(\"")
                .append(name)
                .append("\", java.util.List.of(");
        String separator = "";
        for (String word : words.isBlank() ? new String[0] : words.strip().split("\\s+")) {
            java.append(separator)
                    .append('"')
                    .append(word.replace("\\", "\\\\").replace("\"", "\\\""))
                    .append('"');
            separator = ", ";
        }
        return java.append("));").toString();
    }

    /** Does it. */
    void run(String name, List<String> words) {
        Consumer<List<String>> magic = known.get(name);
        if (magic == null) {
            throw new IllegalArgumentException("%" + name + ": there is no such magic; known are " + names());
        }
        magic.accept(words);
    }

    private String names() {
        return "%" + String.join(", %", known.keySet());
    }
}
