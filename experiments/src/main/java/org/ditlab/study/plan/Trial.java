package org.ditlab.study.plan;

import java.util.List;
import org.ditlab.knob.Settings;

/**
 * Variant x seed x stages.
 *
 * @param hash SHA-256 in hex over the variant's name and identity knobs, the seed and the stages' hashes
 * @param variant the variant's name
 * @param replicate 1 for the first seed
 * @param seed what the random streams derive from; the k-th replicate of every variant has the same
 * @param settings architecture and recipe, every knob of every stage resolved (defaults written out)
 * @param stages in the order they run; an extractor stage is shared between trials
 */
public record Trial(String hash, String variant, int replicate, long seed, Settings settings, List<Stage> stages) {
    /** The first 12 hex digits: the directory's name under {@code trials/}. */
    public String id() {
        return hash.substring(0, 12);
    }

    /** The stage of a kind, of the last weights where there are snapshots. */
    public Stage stage(StageKind kind) {
        return stages.stream()
                .filter(stage -> stage.kind() == kind)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("trial " + id() + " has no stage " + kind.word()));
    }
}
