package org.ditlab.study.yaml;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** As much of JSON Schema as study files need: what it finds wrong with a tree, by path. */
final class SchemaChecker {
    private final Map<?, ?> root;

    SchemaChecker(Map<?, ?> root) {
        this.root = root;
    }

    List<String> check(Object value) {
        List<String> wrong = new ArrayList<>();
        check("", root, value, wrong);
        return wrong;
    }

    private void check(String path, Map<?, ?> schema, Object value, List<String> wrong) {
        for (Map.Entry<?, ?> rule : schema.entrySet()) {
            String word = (String) rule.getKey();
            Object said = rule.getValue();
            switch (word) {
                case "$ref" -> check(path, definition((String) said), value, wrong);
                case "type" -> report(is((String) said, value), path, value + " is no " + said, wrong);
                case "enum" -> report(((List<?>) said).contains(value), path, value + " is none of " + said, wrong);
                case "pattern" ->
                    report(
                            !(value instanceof String text) || text.matches((String) said),
                            path,
                            value + " does not match",
                            wrong);
                case "required" ->
                    report(
                            value instanceof Map<?, ?> map && map.keySet().containsAll((List<?>) said),
                            path,
                            said + " missing",
                            wrong);
                case "minItems" -> report(size(value, 1_000_000) >= (Integer) said, path, "too few", wrong);
                case "maxItems" -> report(size(value, 0) <= (Integer) said, path, "too many", wrong);
                case "anyOf" -> report(matching((List<?>) said, path, value) > 0, path, "none fits " + value, wrong);
                case "oneOf" -> report(matching((List<?>) said, path, value) == 1, path, "not one fits", wrong);
                case "items" -> each(path, (Map<?, ?>) said, value, wrong);
                case "properties" ->
                    properties(path, (Map<?, ?>) said, schema.get("additionalProperties"), value, wrong);
                case "$schema", "title", "description", "default", "definitions", "additionalProperties" -> {}
                default -> wrong.add(path + ": the schema has a word that this test does not know: " + word);
            }
        }
    }

    private void each(String path, Map<?, ?> schema, Object value, List<String> wrong) {
        if (value instanceof List<?> items) {
            items.forEach(item -> check(path + "[]", schema, item, wrong));
        }
    }

    private void properties(String path, Map<?, ?> known, Object others, Object value, List<String> wrong) {
        if (value instanceof Map<?, ?> map) {
            map.forEach((key, item) -> {
                if (known.get(key) instanceof Map<?, ?> schema) {
                    check(path + "/" + key, schema, item, wrong);
                } else if (others instanceof Map<?, ?> schema) {
                    check(path + "/" + key, schema, item, wrong);
                } else if (!Boolean.TRUE.equals(others)) {
                    wrong.add(path + ": unknown " + key);
                }
            });
        }
    }

    private int matching(List<?> schemas, String path, Object value) {
        int matching = 0;
        for (Object schema : schemas) {
            List<String> wrong = new ArrayList<>();
            check(path, (Map<?, ?>) schema, value, wrong);
            matching += wrong.isEmpty() ? 1 : 0;
        }
        return matching;
    }

    private static int size(Object value, int otherwise) {
        return value instanceof List<?> list ? list.size() : otherwise;
    }

    private Map<?, ?> definition(String reference) {
        String name = reference.substring("#/definitions/".length());
        return (Map<?, ?>) ((Map<?, ?>) root.get("definitions")).get(name);
    }

    private static boolean is(String type, Object value) {
        return switch (type) {
            case "object" -> value instanceof Map;
            case "array" -> value instanceof List;
            case "string" -> value instanceof String;
            case "boolean" -> value instanceof Boolean;
            case "integer" -> value instanceof Integer || value instanceof Long;
            default -> value instanceof Number;
        };
    }

    private static void report(boolean good, String path, String text, List<String> wrong) {
        if (!good) {
            wrong.add(path + ": " + text);
        }
    }
}
