package org.ditlab.study;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * JSON with one spelling per value, so that equal content has equal hashes: keys sorted, no white space, numbers as
 * ECMAScript writes them ({@code 1}, {@code 0.0001}, {@code 1e-7}), whichever Java type held them.
 *
 * <p>Source of the number format: RFC 8785, section 3.2.2.3; whole numbers beyond 2^53 keep all their digits.
 */
public final class CanonicalJson {
    private static final JsonFactory FACTORY = new JsonFactory();
    private static final long EXACT_WHOLE = 1L << 53;

    /** Numbers that were written before: studies repeat theirs in every hash. */
    private static final Map<Double, String> WRITTEN = new ConcurrentHashMap<>();

    private static final int REMEMBERED = 4096;

    private CanonicalJson() {}

    /** A map that is in normal form already. */
    private static final class NormalMap extends AbstractMap<String, Object> {
        private final Map<String, Object> sorted;

        NormalMap(TreeMap<String, Object> sorted) {
            this.sorted = Collections.unmodifiableMap(sorted);
        }

        @Override
        public Set<Entry<String, Object>> entrySet() {
            return sorted.entrySet();
        }

        @Override
        public @Nullable Object get(Object key) {
            return sorted.get(key);
        }

        @Override
        public boolean containsKey(Object key) {
            return sorted.containsKey(key);
        }
    }

    /**
     * The canonical text of a tree of maps, lists, strings, numbers and booleans.
     *
     * @throws IllegalArgumentException for a number that is not finite, or a value of another type
     */
    public static String text(Object value) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(text)) {
            write(json, normal(value));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    /** SHA-256 of the canonical text, 64 hex digits. */
    public static String hash(Object value) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(digest.digest(text(value).getBytes(StandardCharsets.UTF_8)));
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
        TreeMap<String, Object> sorted = new TreeMap<>();
        map.forEach((key, item) -> sorted.put(String.valueOf(key), normal(item)));
        return new NormalMap(sorted);
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

    private static void write(JsonGenerator json, Object value) throws IOException {
        if (value instanceof Map<?, ?> map) {
            json.writeStartObject();
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                json.writeFieldName((String) entry.getKey());
                write(json, entry.getValue());
            }
            json.writeEndObject();
        } else if (value instanceof List<?> list) {
            json.writeStartArray();
            for (Object item : list) {
                write(json, item);
            }
            json.writeEndArray();
        } else if (value instanceof Long whole) {
            json.writeNumber(whole);
        } else if (value instanceof Double real) {
            json.writeNumber(number(real));
        } else if (value instanceof Boolean flag) {
            json.writeBoolean(flag);
        } else {
            json.writeString((String) value);
        }
    }
}
