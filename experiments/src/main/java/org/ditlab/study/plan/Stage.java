package org.ditlab.study.plan;

import java.util.List;
import java.util.Map;

/**
 * A piece of work with a content hash: equal hashes mean equal results, and the work is done once.
 *
 * @param hash SHA-256 in hex over canonical JSON of {@code identity}
 * @param identity kind, identity knobs, seed (where it matters), data fingerprint and the hashes of the stages used
 * @param uses hashes of the stages whose outputs it reads
 */
public record Stage(StageKind kind, String hash, Map<String, Object> identity, List<String> uses) {
    /** {@code train-0123456789ab}: the directory's name under {@code stages/}. */
    public String id() {
        return kind.word() + "-" + hash.substring(0, 12);
    }
}
