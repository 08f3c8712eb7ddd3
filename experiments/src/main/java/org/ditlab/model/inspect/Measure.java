package org.ditlab.model.inspect;

/**
 * What a part of a model takes, for one forward pass at batch 1; differences may be negative.
 *
 * @param parameters elements of all parameters, frozen tables included
 * @param cost multiply-accumulates, with what the counting convention adds to them
 * @param activationBytes results that a training step keeps, {@link org.ditlab.tensor.trace.Trace#activationBytes}
 */
public record Measure(long parameters, long cost, long activationBytes) {
    /** Nothing. */
    public static final Measure NONE = new Measure(0, 0, 0);

    public Measure plus(Measure other) {
        return new Measure(parameters + other.parameters, cost + other.cost, activationBytes + other.activationBytes);
    }

    public Measure minus(Measure other) {
        return plus(other.times(-1));
    }

    /** The larger of both, figure by figure. */
    Measure max(Measure other) {
        return new Measure(
                Math.max(parameters, other.parameters),
                Math.max(cost, other.cost),
                Math.max(activationBytes, other.activationBytes));
    }

    public Measure times(int factor) {
        return new Measure(parameters * factor, cost * factor, activationBytes * factor);
    }
}
