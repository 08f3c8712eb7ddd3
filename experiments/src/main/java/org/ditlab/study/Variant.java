package org.ditlab.study;

import org.ditlab.knob.Settings;
import org.jspecify.annotations.Nullable;

/**
 * A base plus changes.
 *
 * @param name what the table's row is called
 * @param parent the variant that {@code change} was made on; null for the base
 * @param change the last change alone
 * @param settings all changes since the base, laid over each other; the values of matches are among them once the
 *     variant is planned
 */
public record Variant(
        String name, VariantRole role, @Nullable String parent, Change change, Settings settings) {
    /** The name of the variant that a ladder starts from. */
    public static final String BASE = "base";

    /** The name of the base without training. */
    public static final String UNTRAINED = "untrained";

    /** The base itself. */
    public static Variant base() {
        return new Variant(BASE, VariantRole.BASE, null, Change.of(BASE), Settings.empty());
    }
}
