package org.ditlab.run.benchmark;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.ditlab.train.Precision;

/**
 * What a contest of one model found.
 *
 * @param model its name in the zoo
 * @param parameters of the training graph, the same on both sides
 * @param images computed by one step
 * @param macs multiply-accumulates of one step, over all its images
 * @param peer what plain PyTorch did; empty where it could not take part
 * @param remark why it could not take part; empty where it did
 */
public record Contest(
        String model, long parameters, int images, double macs, Optional<Peer> peer, String remark, List<Ours> ours) {
    /**
     * The peer's side.
     *
     * @param setting how it ran best: libraries, threads, allocator
     * @param seconds of a step, the median of all rounds
     * @param peak bytes
     */
    public record Peer(String setting, double seconds, long peak) {}

    /**
     * Our side in one precision.
     *
     * @param seconds of a step, the median
     * @param ratio the peer's seconds over ours, medians of the same rounds
     * @param peak bytes
     * @param product the machine's best matrix product in this precision, 1e9 floating-point operations a second
     * @param floor what a training step cannot do without
     */
    public record Ours(
            Precision precision,
            double seconds,
            OptionalDouble ratio,
            long peak,
            double product,
            Optional<Parts> floor) {}

    /** Seconds of a floor by part: {@link Floor}. */
    public record Parts(double products, double convolutions, double optimiser) {
        public double seconds() {
            return products + convolutions + optimiser;
        }
    }

    /** 1e9 floating-point operations a second at so many seconds a step; 2 for each multiply-accumulate. */
    public double gflops(double seconds) {
        return 2e-9 * macs / seconds;
    }
}
