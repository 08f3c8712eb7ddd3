package org.ditlab.statistics.surrogate;

import com.oracle.labs.mlrg.olcut.provenance.ListProvenance;
import com.oracle.labs.mlrg.olcut.provenance.MapProvenance;
import com.oracle.labs.mlrg.olcut.provenance.ObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.PrimitiveProvenance;
import com.oracle.labs.mlrg.olcut.provenance.Provenance;
import com.oracle.labs.mlrg.olcut.provenance.primitives.DateProvenance;
import com.oracle.labs.mlrg.olcut.provenance.primitives.DateTimeProvenance;
import com.oracle.labs.mlrg.olcut.provenance.primitives.TimeProvenance;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Tribuo's provenance as maps, lists and texts, sorted, without what differs from run to run or machine to machine. */
final class ProvenanceTree {
    private static final Set<String> OF_THE_MACHINE = Set.of("java-version", "os-name", "os-arch", "member-provenance");

    private ProvenanceTree() {}

    static Map<String, Object> of(ObjectProvenance provenance) {
        Map<String, Object> tree = new TreeMap<>();
        provenance.forEach(pair -> put(tree, pair.getA(), pair.getB()));
        return tree;
    }

    private static void put(Map<String, Object> tree, String key, Provenance value) {
        boolean clock = value instanceof DateTimeProvenance
                || value instanceof DateProvenance
                || value instanceof TimeProvenance;
        if (!clock && !OF_THE_MACHINE.contains(key)) {
            tree.put(key, value(value));
        }
    }

    private static Object value(Provenance provenance) {
        if (provenance instanceof PrimitiveProvenance<?> primitive) {
            Object value = primitive.getValue();
            return value instanceof Number || value instanceof Boolean ? value : String.valueOf(value);
        }
        if (provenance instanceof ListProvenance<?> list) {
            List<Object> items = new ArrayList<>();
            list.forEach(item -> items.add(value(item)));
            return items;
        }
        if (provenance instanceof MapProvenance<?> map) {
            Map<String, Object> tree = new TreeMap<>();
            map.getMap().forEach((key, value) -> put(tree, key, value));
            return tree;
        }
        return provenance instanceof ObjectProvenance object ? of(object) : String.valueOf(provenance);
    }
}
