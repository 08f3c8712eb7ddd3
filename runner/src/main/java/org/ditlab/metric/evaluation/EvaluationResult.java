package org.ditlab.metric.evaluation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an evaluation found.
 *
 * @param reference what the samples were compared with, in words
 * @param samples what was measured, in words
 * @param columns one per suite
 * @param remarks what to know of the inputs, complete sentences
 */
public record EvaluationResult(String reference, String samples, List<Column> columns, List<String> remarks) {
    public EvaluationResult {
        columns = List.copyOf(columns);
        remarks = List.copyOf(remarks);
    }

    /**
     * One suite's numbers.
     *
     * @param suite its word
     * @param perClass FID of each class that both sides have, by name; empty where it was not asked for
     */
    public record Column(String suite, List<Measured> measured, Map<String, Measured> perClass) {
        public Column {
            measured = List.copyOf(measured);
        }

        Optional<Measured> find(String key) {
            return measured.stream().filter(one -> one.key().equals(key)).findFirst();
        }
    }

    /** As a program reads it. */
    public Map<String, Object> tree() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("reference", reference);
        tree.put("samples", samples);
        List<Object> all = new ArrayList<>();
        for (Column column : columns) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("suite", column.suite());
            Map<String, Object> metrics = new LinkedHashMap<>();
            column.measured().forEach(measured -> metrics.put(measured.key(), measured.tree()));
            one.put("metrics", metrics);
            if (!column.perClass().isEmpty()) {
                Map<String, Object> classes = new LinkedHashMap<>();
                column.perClass().forEach((label, measured) -> classes.put(label, measured.tree()));
                one.put("fid_per_class", classes);
            }
            all.add(one);
        }
        tree.put("columns", all);
        tree.put("remarks", remarks);
        return tree;
    }
}
