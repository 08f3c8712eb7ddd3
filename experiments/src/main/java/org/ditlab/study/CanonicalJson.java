package org.ditlab.study;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.AbstractList;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * JSON with one spelling per value, so that equal content has equal hashes: keys sorted, no white space, numbers as
 * ECMAScript writes them ({@code 1}, {@code 0.0001}, {@code 1e-7}), whichever Java type held them.
 *
 * <p>Source of the number format: RFC 8785, section 3.2.2.3; whole numbers beyond 2^53 keep all their digits.
 */
public final class CanonicalJson {
    private static final long EXACT_WHOLE = 1L << 53;

    /** Numbers that were written before: studies repeat theirs in every hash. */
    private static final Map<Double, String> WRITTEN = new ConcurrentHashMap<>();

    private static final int REMEMBERED = 4096;

    private CanonicalJson() {}

    /** A map that is in normal form already: names sorted, each once. */
    private static final class NormalMap extends AbstractMap<String, Object> {
        private final String[] names;
        private final Object[] values;

        NormalMap(String[] names, Object[] values) {
            this.names = names;
            this.values = values;
        }

        @Override
        public Set<Entry<String, Object>> entrySet() {
            return new AbstractSet<>() {
                @Override
                public int size() {
                    return names.length;
                }

                @Override
                public Iterator<Entry<String, Object>> iterator() {
                    return new AbstractList<Entry<String, Object>>() {
                        @Override
                        public Entry<String, Object> get(int index) {
                            return Map.entry(names[index], values[index]);
                        }

                        @Override
                        public int size() {
                            return names.length;
                        }
                    }.iterator();
                }
            };
        }

        @Override
        public void forEach(BiConsumer<? super String, ? super Object> action) {
            for (int i = 0; i < names.length; i++) {
                action.accept(names[i], values[i]);
            }
        }

        @Override
        public int size() {
            return names.length;
        }

        @Override
        public @Nullable Object get(Object key) {
            int index = key instanceof String name ? Arrays.binarySearch(names, name) : -1;
            return index < 0 ? null : values[index];
        }

        @Override
        public boolean containsKey(Object key) {
            return get(key) != null;
        }
    }

    /**
     * The canonical text of a tree of maps, lists, strings, numbers and booleans.
     *
     * @throws IllegalArgumentException for a number that is not finite, or a value of another type
     */
    public static String text(Object value) {
        StringBuilder text = new StringBuilder();
        write(text, normal(value));
        return text.toString();
    }

    /** The canonical text of a map of these keys, whose values are canonical texts already. */
    public static String object(Map<String, String> texts) {
        StringBuilder text = new StringBuilder("{");
        new TreeMap<>(texts).forEach((name, written) -> {
            string(text.length() == 1 ? text : text.append(','), name);
            text.append(':').append(written);
        });
        return text.append('}').toString();
    }

    /** SHA-256 of the canonical text, 64 hex digits. */
    public static String hash(Object value) {
        return hashOf(text(value));
    }

    /** SHA-256 of what is canonical text already, 64 hex digits. */
    public static String hashOf(String text) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /**
     * The same content in one form: maps sorted by key, whole numbers as Long, others as Double. Two trees with equal
     * canonical text have equal normal forms, also after a round trip through JSON.
     */
    public static Object normal(Object value) {
        if (value instanceof Map<?, ?> map) {
            return normal(map);
        }
        if (value instanceof List<?> list) {
            List<Object> copy = new ArrayList<>(list.size());
            list.forEach(item -> copy.add(normal(item)));
            return List.copyOf(copy);
        }
        if (value instanceof Integer || value instanceof Long) {
            return ((Number) value).longValue();
        }
        if (value instanceof Number number) {
            double real = number.doubleValue();
            if (!Double.isFinite(real)) {
                throw new IllegalArgumentException("JSON has no number " + real);
            }
            boolean whole = real == Math.rint(real) && Math.abs(real) <= EXACT_WHOLE;
            return whole ? (Object) (long) real : (Object) real;
        }
        if (value instanceof String || value instanceof Boolean) {
            return value;
        }
        throw new IllegalArgumentException("no canonical JSON for " + value.getClass());
    }

    /** {@link #normal(Object)} of a map. */
    public static Map<String, Object> normal(Map<?, ?> map) {
        if (map instanceof NormalMap normal) {
            return normal;
        }
        Map<?, ?> sorted = isSorted(map) ? map : sorted(map);
        String[] names = new String[sorted.size()];
        Object[] values = new Object[names.length];
        int size = 0;
        for (Map.Entry<?, ?> entry : sorted.entrySet()) {
            names[size] = (String) entry.getKey();
            values[size++] = normal(entry.getValue());
        }
        return new NormalMap(names, values);
    }

    /** Settings say what they hold in this order already. */
    private static boolean isSorted(Map<?, ?> map) {
        String last = null;
        for (Object key : map.keySet()) {
            if (!(key instanceof String name) || last != null && last.compareTo(name) >= 0) {
                return false;
            }
            last = name;
        }
        return true;
    }

    private static Map<String, Object> sorted(Map<?, ?> map) {
        Map<String, Object> sorted = new TreeMap<>();
        map.forEach((key, item) -> sorted.put(String.valueOf(key), item));
        return sorted;
    }

    /** A number as it is written in canonical text: the fewest digits that read back as the same double. */
    public static String number(double value) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException("JSON has no number " + value);
        }
        if (value == 0) {
            return "0";
        }
        String known = WRITTEN.get(value);
        if (known == null) {
            known = shortest(value);
            if (WRITTEN.size() < REMEMBERED) {
                WRITTEN.put(value, known);
            }
        }
        return known;
    }

    private static String shortest(double value) {
        // Double.toString differs between Java versions, so the digits are found here.
        BigDecimal exact = new BigDecimal(value);
        BigDecimal shortest = exact;
        for (int precision = 1; precision <= 17; precision++) {
            shortest = exact.round(new MathContext(precision, RoundingMode.HALF_EVEN));
            if (shortest.doubleValue() == value) {
                break;
            }
        }
        shortest = shortest.stripTrailingZeros();
        int point = shortest.precision() - shortest.scale();
        if (point > -6 && point <= 21) {
            return shortest.toPlainString();
        }
        String digits = shortest.unscaledValue().abs().toString();
        String fraction = digits.length() == 1 ? "" : "." + digits.substring(1);
        int exponent = point - 1;
        return (value < 0 ? "-" : "") + digits.charAt(0) + fraction + "e" + (exponent < 0 ? "-" : "+")
                + Math.abs(exponent);
    }

    private static void write(StringBuilder text, Object value) {
        if (value instanceof NormalMap map) {
            text.append('{');
            for (int i = 0; i < map.names.length; i++) {
                string(i == 0 ? text : text.append(','), map.names[i]);
                write(text.append(':'), map.values[i]);
            }
            text.append('}');
        } else if (value instanceof List<?> list) {
            text.append('[');
            for (int i = 0; i < list.size(); i++) {
                write(i == 0 ? text : text.append(','), list.get(i));
            }
            text.append(']');
        } else if (value instanceof Double real) {
            text.append(number(real));
        } else if (value instanceof String string) {
            string(text, string);
        } else {
            text.append(value);
        }
    }

    private static void string(StringBuilder text, String string) {
        text.append('"');
        if (isPlain(string)) {
            text.append(string);
        } else {
            JsonStringEncoder.getInstance().quoteAsString(string, text);
        }
        text.append('"');
    }

    private static boolean isPlain(String string) {
        for (int i = 0; i < string.length(); i++) {
            char c = string.charAt(i);
            if (c < ' ' || c == '"' || c == '\\') {
                return false;
            }
        }
        return true;
    }
}
