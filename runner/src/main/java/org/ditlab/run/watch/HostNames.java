package org.ditlab.run.watch;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The names under which a browser may ask for the page. A page of another site cannot be kept from sending requests here under
 * a name of its own that it lets point to this machine, but its requests carry that name.
 */
final class HostNames {
    private final Set<String> names = new HashSet<>();

    /** Of a server bound to this address. */
    HostNames(InetAddress bound) {
        names.add("localhost");
        if (!bound.isLoopbackAddress()) {
            names.add(bound.getHostName().toLowerCase(Locale.ROOT));
            try {
                names.add(InetAddress.getLocalHost().getHostName().toLowerCase(Locale.ROOT));
                names.add(InetAddress.getLocalHost().getCanonicalHostName().toLowerCase(Locale.ROOT));
            } catch (UnknownHostException nameless) {
                // Its addresses still serve.
                names.remove("");
            }
        }
    }

    /** Whether this is the {@code Host} header of a request that may be answered; ports differ behind a tunnel. */
    boolean allow(@Nullable String header) {
        if (header == null) {
            return false;
        }
        String host = header.replaceFirst(":[0-9]{0,5}$", "").toLowerCase(Locale.ROOT);
        boolean address = host.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}") || host.matches("\\[[0-9a-f:.]+(%[a-z0-9]+)?]");
        return address || names.contains(host);
    }
}
