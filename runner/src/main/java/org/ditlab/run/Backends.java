package org.ditlab.run;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.ServiceLoader;
import org.ditlab.study.StudyException;
import org.ditlab.tensor.Device;
import org.ditlab.tensor.spi.BackendProvider;
import org.jspecify.annotations.Nullable;

/** The backends of this installation. Looking at them loads no native code. */
public final class Backends {
    private final List<BackendProvider> providers;

    Backends(List<BackendProvider> providers) {
        this.providers = providers.stream()
                .sorted(Comparator.comparingInt(BackendProvider::rank).reversed())
                .toList();
    }

    /** All that {@link ServiceLoader} finds. */
    public static Backends installed() {
        List<BackendProvider> found = new ArrayList<>();
        ServiceLoader.load(BackendProvider.class).forEach(found::add);
        return new Backends(found);
    }

    /** Best first. */
    public List<BackendProvider> all() {
        return providers;
    }

    /**
     * The best backend with a working device.
     *
     * @param name a backend's name, or null for any
     * @param device a device's name in lower case, or null for the backend's best
     * @throws StudyException when there is none; the message lists what there is
     */
    public BackendChoice choose(@Nullable String name, @Nullable String device) {
        for (BackendProvider provider : providers) {
            if (name != null && !name.equals(provider.name())) {
                continue;
            }
            for (Device candidate : provider.devices()) {
                if (device == null || word(candidate).equals(device)) {
                    return new BackendChoice(provider, candidate);
                }
            }
        }
        String wanted = (name == null ? "no backend" : "no backend \"" + name + "\"")
                + (device == null ? "" : " on device \"" + device + "\"");
        throw new StudyException(wanted + " works here; choose among: " + offer() + " (see `ditlab doctor`)");
    }

    /** {@code cpu}, {@code cuda}. */
    public static String word(Device device) {
        return device.name().toLowerCase(Locale.ROOT);
    }

    private String offer() {
        List<String> offers = new ArrayList<>();
        for (BackendProvider provider : providers) {
            for (Device device : provider.devices()) {
                offers.add("--backend " + provider.name() + " --device " + word(device));
            }
        }
        return offers.isEmpty() ? "nothing, none is installed" : String.join(", ", offers);
    }
}
