package org.ditlab.store.index;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a query found.
 *
 * @param columns their names, in the query's order
 * @param rows values in the order of the columns: {@code Long}, {@code Double}, {@code String} or {@code null}
 */
public record QueryRows(List<String> columns, List<List<@Nullable Object>> rows) {
    /** Each row by column name; of columns with one name the last one counts. */
    public List<Map<String, @Nullable Object>> maps() {
        return rows.stream().map(this::map).toList();
    }

    private Map<String, @Nullable Object> map(List<@Nullable Object> row) {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        for (int i = 0; i < columns.size(); i++) {
            map.put(columns.get(i), row.get(i));
        }
        return map;
    }
}
