package org.ditlab.study.spi;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a study cannot bring with it: files of the user's. Their content counts in hashes, their paths never.
 *
 * @param data a folder or zip of images, or latents ({@code --data}), or null
 * @param inception weights of the FID Inception network ({@code --inception}), or null
 */
public record UserFiles(@Nullable Path data, @Nullable Path inception) {
    public static final UserFiles NONE = new UserFiles(null, null);

    /** Data alone. */
    public static UserFiles data(@Nullable Path data) {
        return new UserFiles(data, null);
    }
}
