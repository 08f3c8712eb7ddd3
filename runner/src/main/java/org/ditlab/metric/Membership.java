package org.ditlab.metric;

import java.util.concurrent.atomic.LongAdder;

/**
 * Which vectors lie in whose neighbourhoods, given squared radii; filled in pair by pair, by several threads.
 *
 * @param referenceRadii per vector of the reference
 * @param sampleRadii per sample
 * @param samplesInReference whether a sample is within the radius of any vector of the reference
 * @param samplesStrictlyInReference the same, the border left out
 * @param covered whether any sample is nearer to a vector of the reference than its radius, by distances that are not squared
 * @param nearer pairs of that kind
 */
record Membership(
        double[] referenceRadii,
        double[] sampleRadii,
        boolean[] samplesInReference,
        boolean[] samplesStrictlyInReference,
        boolean[] referenceInSamples,
        boolean[] referenceStrictlyInSamples,
        boolean[] covered,
        LongAdder nearer) {
    static Membership of(double[] referenceRadii, double[] sampleRadii) {
        int n = referenceRadii.length;
        int m = sampleRadii.length;
        return new Membership(
                referenceRadii,
                sampleRadii,
                new boolean[m],
                new boolean[m],
                new boolean[n],
                new boolean[n],
                new boolean[n],
                new LongAdder());
    }

    /** Takes up the squared distance of a vector of the reference and a sample. */
    void add(int reference, int sample, double distance) {
        double radius = referenceRadii[reference];
        if (distance <= radius) {
            samplesInReference[sample] = true;
            if (distance < radius) {
                samplesStrictlyInReference[sample] = true;
            }
            // Two different numbers may have one root.
            if (Math.sqrt(distance) < Math.sqrt(radius)) {
                covered[reference] = true;
                nearer.increment();
            }
        }
        if (distance <= sampleRadii[sample]) {
            referenceInSamples[reference] = true;
            if (distance < sampleRadii[sample]) {
                referenceStrictlyInSamples[reference] = true;
            }
        }
    }
}
