package org.ditlab.table;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.ditlab.summary.Protocol;

/**
 * How the papers of {@link PublishedRows} measure: FID over Inception features of 50 000 samples, against ImageNet at 256 x 256.
 * Only what was measured so may stand beside their values.
 */
public final class PublishedProtocol {
    private static final double SAMPLES = 50_000;

    /** {@code imagenet-256 train, 1281167 images, sha256 ...}: the data's name, its side, and how many images. */
    private static final Pattern REFERENCE = Pattern.compile(
            "(?i)[^,]*(imagenet|ilsvrc)[^,]*(?<![0-9])256(?![0-9])[^,]*, *([0-9]{1,9}) images.*", Pattern.DOTALL);

    /** Parts of ImageNet, and sets that only borrow its name, have fewer images. */
    private static final int FEWEST_IMAGES = 1_000_000;

    private PublishedProtocol() {}

    /** Whether a protocol is that of the papers, apart from sampler and guidance, which stand in their rows. */
    public static boolean holds(Protocol protocol) {
        return differences(protocol).isEmpty();
    }

    /** In what a protocol is another one than the papers'; empty where it is theirs. */
    static List<String> differences(Protocol protocol) {
        List<String> differences = new ArrayList<>();
        if (!protocol.features().startsWith("inception")) {
            differences.add("features " + protocol.features() + " instead of Inception's");
        }
        Object samples = protocol.fields().get("samples");
        if (!(samples instanceof Number number) || number.doubleValue() != SAMPLES) {
            differences.add((samples == null ? "an unknown number of" : samples) + " samples instead of 50 000");
        }
        Object reference = protocol.fields().get("reference");
        if (reference == null || !imageNet(String.valueOf(reference))) {
            differences.add("reference: " + (reference == null ? "unknown" : reference)
                    + " instead of ImageNet at 256 x 256, told by the data's name and number of images");
        }
        return differences;
    }

    private static boolean imageNet(String reference) {
        Matcher matcher = REFERENCE.matcher(reference);
        return matcher.matches() && Integer.parseInt(matcher.group(2)) >= FEWEST_IMAGES;
    }
}
