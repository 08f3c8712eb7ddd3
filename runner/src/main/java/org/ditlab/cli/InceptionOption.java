package org.ditlab.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the user keeps the weights of the FID Inception network. */
final class InceptionOption {
    private static final String VARIABLE = "DITLAB_INCEPTION";

    @Option(
            names = "--inception",
            paramLabel = "FILE",
            description = "Weights of the FID Inception network: the .pth of pytorch-fid or torch-fidelity, the .pt of"
                    + " StyleGAN, the .pb of ADM, or the same tensors as .safetensors. Default: what the environment variable "
                    + VARIABLE + " names.")
    private @Nullable Path given;

    /** The file, or null where none is named. */
    @Nullable
    Path file() {
        String variable = System.getenv(VARIABLE);
        return given != null || variable == null || variable.isBlank() ? given : Path.of(variable);
    }
}
