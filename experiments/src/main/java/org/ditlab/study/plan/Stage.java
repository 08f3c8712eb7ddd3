package org.ditlab.study.plan;

import java.util.List;
import java.util.Map;

/**
 * A piece of work with a content hash: equal hashes mean equal results, and the work is done once.
 *
 * @param hash SHA-256 in hex over canonical JSON of {@code identity}
 * @param identity kind, identity knobs, seed (where it matters), data fingerprint, the hashes of the stages used, and the
 *     step whose weights it is about where these are not the last ones
 * @param uses hashes of the stages whose outputs it reads
 */
public record Stage(StageKind kind, String hash, Map<String, Object> identity, List<String> uses) {
    static final String SNAPSHOT = "snapshot";

    /** {@code train-0123456789ab}: the directory's name under {@code stages/}. */
    public String id() {
        return kind.word() + "-" + hash.substring(0, 12);
    }

    /** The training step whose weights are sampled or measured; 0 for those that training ends with. */
    public long snapshot() {
        return identity.get(SNAPSHOT) instanceof Number step ? step.longValue() : 0;
    }

    /** {@code measure}, or {@code measure@500} of the weights after 500 steps. */
    public String label() {
        return snapshot() == 0 ? kind.word() : kind.word() + "@" + snapshot();
    }
}
