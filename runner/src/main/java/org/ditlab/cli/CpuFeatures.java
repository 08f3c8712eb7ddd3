package org.ditlab.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.ditlab.store.Provenance;

/** The instruction sets that matter for matrix products. */
public final class CpuFeatures {
    /** In the kernel's words. */
    private static final Set<String> KNOWN =
            Set.of("avx2", "fma", "avx512f", "avx512_bf16", "avx512_vnni", "amx_tile", "amx_bf16", "asimd", "bf16");

    private CpuFeatures() {}

    /** Those that this machine has, {@code avx2 avx512f amx_bf16}. */
    public static String describe() {
        String flags = Provenance.cpuInfo("flags", Provenance.cpuInfo("Features", ""));
        List<String> found = new ArrayList<>();
        for (String flag : flags.split(" ")) {
            if (KNOWN.contains(flag)) {
                found.add(flag);
            }
        }
        return found.isEmpty() ? "not told by the system" : String.join(" ", found);
    }
}
