package org.ditlab.knob;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The domains that knobs are made of. */
public final class Domains {
    private static final Pattern PERCENTAGE = Pattern.compile("^[0-9]+(\\.[0-9]+)? ?%$");

    private Domains() {}

    /** Whole numbers in [min, max]; {@code 400k} and {@code 2M} are read as thousands and millions. */
    public static Domain<Integer> integer(int min, int max) {
        return new Numeric<>(min, max, true) {
            @Override
            Integer convert(BigDecimal number) {
                return number.intValueExact();
            }

            @Override
            public Object render(Integer value) {
                return value.longValue();
            }
        };
    }

    /** Real numbers in [min, max]. */
    public static Domain<Double> real(double min, double max) {
        return new Numeric<>(min, max, false) {
            @Override
            Double convert(BigDecimal number) {
                return number.doubleValue();
            }

            @Override
            public Object render(Double value) {
                return value;
            }
        };
    }

    /** Real numbers in [min, bound): the bound is not among them. */
    public static Domain<Double> realBelow(double min, double bound) {
        Domain<Double> number = real(min, bound);
        return new Domain<>() {
            @Override
            public Double parse(Object raw) {
                double value;
                try {
                    value = number.parse(raw);
                } catch (DomainException e) {
                    throw new DomainException("expected " + describe());
                }
                if (value >= bound) {
                    throw new DomainException("expected " + describe());
                }
                return value;
            }

            @Override
            public Object render(Double value) {
                return number.render(value);
            }

            @Override
            public String describe() {
                String least = BigDecimal.valueOf(min).stripTrailingZeros().toPlainString();
                return "a number from " + least + ", and below "
                        + BigDecimal.valueOf(bound).stripTrailingZeros().toPlainString();
            }

            @Override
            public Map<String, Object> schema() {
                return number.schema();
            }
        };
    }

    /** Percentages in [min, max], written with their sign: {@code 2%} is 2. */
    public static Domain<Double> percent(double min, double max) {
        Domain<Double> number = real(min, max);
        return new Domain<>() {
            @Override
            public Double parse(Object raw) {
                String text = String.valueOf(raw).strip();
                if (!PERCENTAGE.matcher(text).matches()) {
                    throw new DomainException("expected " + describe());
                }
                try {
                    return number.parse(text.substring(0, text.length() - 1));
                } catch (DomainException e) {
                    throw new DomainException("expected " + describe());
                }
            }

            @Override
            public Object render(Double value) {
                return (BigDecimal.valueOf(value).stripTrailingZeros().toPlainString()) + "%";
            }

            @Override
            public String describe() {
                return "a percentage from " + render(min) + " to " + render(max);
            }

            @Override
            public Map<String, Object> schema() {
                return Map.of("type", "string", "pattern", PERCENTAGE.pattern());
            }
        };
    }

    public static Domain<Boolean> bool() {
        return new Domain<>() {
            @Override
            public Boolean parse(Object raw) {
                String text = String.valueOf(raw);
                if (text.equals("true") || text.equals("false")) {
                    return Boolean.valueOf(text);
                }
                throw new DomainException("expected true or false");
            }

            @Override
            public Object render(Boolean value) {
                return value;
            }

            @Override
            public String describe() {
                return "true | false";
            }

            @Override
            public List<String> words() {
                return List.of("true", "false");
            }

            @Override
            public Map<String, Object> schema() {
                return Map.of("type", "boolean");
            }
        };
    }

    /** One of some words. */
    public static Domain<String> word(List<String> words) {
        List<String> known = List.copyOf(words);
        return new Domain<>() {
            @Override
            public String parse(Object raw) {
                if (raw instanceof String text && known.contains(text)) {
                    return text;
                }
                throw new DomainException("expected " + describe());
            }

            @Override
            public Object render(String value) {
                return value;
            }

            @Override
            public String describe() {
                return String.join(" | ", known);
            }

            @Override
            public List<String> words() {
                return known;
            }

            @Override
            public Map<String, Object> schema() {
                return Map.of("enum", known);
            }
        };
    }

    /** One constant of an enum, written in lower case with hyphens. */
    public static <E extends Enum<E>> Domain<E> choice(Class<E> type) {
        Map<String, E> byWord = new TreeMap<>();
        for (E constant : type.getEnumConstants()) {
            byWord.put(constant.name().toLowerCase(Locale.ROOT).replace('_', '-'), constant);
        }
        Domain<String> word = word(List.copyOf(byWord.keySet()));
        return new Domain<>() {
            @Override
            public E parse(Object raw) {
                return byWord.get(word.parse(raw));
            }

            @Override
            public Object render(E value) {
                return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
            }

            @Override
            public String describe() {
                return word.describe();
            }

            @Override
            public List<String> words() {
                return word.words();
            }

            @Override
            public Map<String, Object> schema() {
                return word.schema();
            }
        };
    }

    /** Any text. */
    public static Domain<String> text(String meaning) {
        return new Domain<>() {
            @Override
            public String parse(Object raw) {
                if (raw instanceof String text && !text.isBlank()) {
                    return text;
                }
                throw new DomainException("expected " + meaning);
            }

            @Override
            public Object render(String value) {
                return value;
            }

            @Override
            public String describe() {
                return meaning;
            }

            @Override
            public Map<String, Object> schema() {
                return Map.of("type", "string");
            }
        };
    }

    /** A list whose elements are all of one domain. */
    public static <V> Domain<List<V>> list(Domain<V> element, int minSize, int maxSize) {
        return new Domain<>() {
            @Override
            public List<V> parse(Object raw) {
                if (!(raw instanceof List<?> list) || list.size() < minSize || list.size() > maxSize) {
                    throw new DomainException("expected " + describe());
                }
                List<V> values = new ArrayList<>();
                for (Object item : list) {
                    values.add(element.parse(item));
                }
                return List.copyOf(values);
            }

            @Override
            public Object render(List<V> value) {
                List<Object> raw = new ArrayList<>();
                value.forEach(v -> raw.add(element.render(v)));
                return raw;
            }

            @Override
            public String describe() {
                String size = minSize == maxSize ? String.valueOf(minSize) : minSize + " to " + maxSize;
                return "a list of " + size + " (" + element.describe() + ")";
            }

            @Override
            public Map<String, Object> schema() {
                return Map.of("type", "array", "items", element.schema(), "minItems", minSize, "maxItems", maxSize);
            }
        };
    }

    /** One value, read as a list of one, or a list whose elements are all of one domain. */
    public static <V> Domain<List<V>> oneOrList(Domain<V> element, int maxSize) {
        Domain<List<V>> list = list(element, 1, maxSize);
        return new Domain<>() {
            @Override
            public List<V> parse(Object raw) {
                return raw instanceof List<?> ? list.parse(raw) : List.of(element.parse(raw));
            }

            @Override
            public Object render(List<V> value) {
                return list.render(value);
            }

            @Override
            public String describe() {
                return element.describe() + ", or " + list.describe();
            }

            @Override
            public Map<String, Object> schema() {
                return Map.of("anyOf", List.of(element.schema(), list.schema()));
            }
        };
    }

    private abstract static class Numeric<V> implements Domain<V> {
        private final double min;
        private final double max;
        private final boolean whole;

        Numeric(double min, double max, boolean whole) {
            this.min = min;
            this.max = max;
            this.whole = whole;
        }

        abstract V convert(BigDecimal number);

        @Override
        public V parse(Object raw) {
            if (!(raw instanceof String) && !(raw instanceof Number)) {
                throw new DomainException("expected " + describe());
            }
            String text = String.valueOf(raw).strip();
            int scale = text.endsWith("k") ? 3 : text.endsWith("M") ? 6 : 0;
            String digits = scale == 0 ? text : text.substring(0, text.length() - 1);
            BigDecimal number;
            try {
                if (digits.length() > 40) {
                    throw new NumberFormatException("too long");
                }
                number = new BigDecimal(digits);
                if (Math.abs((long) number.scale()) > 400) {
                    throw new NumberFormatException("exponent");
                }
                number = number.scaleByPowerOfTen(scale);
            } catch (NumberFormatException e) {
                throw new DomainException("expected " + describe());
            }
            double value = number.doubleValue();
            if (value < min
                    || value > max
                    || (whole && number.stripTrailingZeros().scale() > 0)) {
                throw new DomainException("expected " + describe());
            }
            return convert(number);
        }

        @Override
        public String describe() {
            String kind = whole ? "a whole number" : "a number";
            boolean below = min > -Double.MAX_VALUE && !(whole && min == Integer.MIN_VALUE);
            boolean above = max < Double.MAX_VALUE && !(whole && max == Integer.MAX_VALUE);
            return kind
                    + (below ? " from " + plain(min) : "")
                    + (above ? (below ? " to " : " up to ") + plain(max) : "");
        }

        private String plain(double number) {
            return whole
                    ? String.valueOf((long) number)
                    : BigDecimal.valueOf(number).stripTrailingZeros().toPlainString();
        }

        @Override
        public Map<String, Object> schema() {
            return Map.of(
                    "anyOf",
                    List.of(
                            Map.of("type", whole ? "integer" : "number"),
                            Map.of("type", "string", "pattern", "^[0-9.]+[kM]$")));
        }
    }
}
