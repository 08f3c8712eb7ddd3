package org.ditlab.metric.protocol;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.ditlab.data.Fingerprint;

/**
 * Everything that a measured number depends on besides the model: extractor and its weights, reference, sample count,
 * sampler, precision. Two numbers compare only when their protocols' fingerprints are equal.
 *
 * @param entries words and numbers in the order they are shown, without the fingerprint
 */
public record Protocol(Map<String, Object> entries) {
    /** The key of the fingerprint in {@link #toMap}. */
    public static final String FINGERPRINT = "fingerprint";

    public Protocol {
        Map<String, Object> copy = new LinkedHashMap<>(entries);
        copy.remove(FINGERPRINT);
        entries = Collections.unmodifiableMap(copy);
    }

    /** The first 12 hex digits of SHA-256 over all entries; their order does not matter. */
    public String fingerprint() {
        Fingerprint all = new Fingerprint();
        entries.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(entry -> all.add(entry.getKey()).add(String.valueOf(entry.getValue())));
        return all.hex().substring(0, 12);
    }

    /** The entries with the fingerprint last, as it stands in a result. */
    public Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>(entries);
        map.put(FINGERPRINT, fingerprint());
        return map;
    }
}
