package org.ditlab.table;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tech.tablesaw.columns.Column;

/** The table as JSON: the caption, and one object per row with the columns of {@code table.csv}; null where there is nothing. */
public final class JsonTable {
    private JsonTable() {}

    public static String write(ReportTable table) {
        List<Map<String, Object>> rows = new ArrayList<>();
        for (int row = 0; row < table.rows().size(); row++) {
            Map<String, Object> object = new LinkedHashMap<>();
            for (Column<?> column : table.model().columns()) {
                object.put(column.name(), column.isMissing(row) ? null : column.get(row));
            }
            rows.add(object);
        }
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("study", table.name());
        json.put("caption", table.caption());
        json.put("rows", rows);
        try {
            return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("numbers and texts have JSON", e);
        }
    }
}
