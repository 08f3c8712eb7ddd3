package org.ditlab.model.inspect;

import org.ditlab.tensor.Convention;

/**
 * The units of one table or picture: every figure of a kind is printed in the same one. Only multiply-accumulates are
 * called MACs; costs that count more bear their convention's name.
 *
 * @param convention what the costs count
 * @param cost of the costs
 * @param parameters of the numbers of parameters
 * @param bytes of the activations
 */
record Units(Convention convention, Scale cost, Scale parameters, Scale bytes) {
    /** GMACs are what the field prints, from this on. */
    private static final double TENTH_OF_A_GIGA = 1e8;

    /** Units in which the figures of a whole read well, and with them those of its parts. */
    static Units of(Convention convention, Measure whole) {
        Scale cost = Scale.of(whole.cost());
        return new Units(
                convention,
                cost == Scale.MEGA && whole.cost() >= TENTH_OF_A_GIGA ? Scale.GIGA : cost,
                Scale.of(whole.parameters()),
                Scale.of(whole.activationBytes()));
    }

    /** The same units, {@code GMACs} for {@code G torchprofile}. */
    Units counting(Convention other) {
        return new Units(other, cost, parameters, bytes);
    }

    /** {@code GMACs}, {@code G torchprofile}, {@code G DiT paper}. */
    String costHeading() {
        String space = pure() || cost == Scale.ONE ? "" : " ";
        return cost.prefix() + space + word();
    }

    /** {@code params (M)}. */
    String parametersHeading() {
        return "params" + (parameters == Scale.ONE ? "" : " (" + parameters.prefix() + ")");
    }

    /** {@code activations (MB)}. */
    String bytesHeading() {
        return "activations (" + bytes.prefix() + "B)";
    }

    /** {@code 0.946 GMACs}, {@code 6.062 G (torchprofile)}; zero without a prefix, {@code 0 MACs}. */
    String cost(long number) {
        String prefix = number == 0 ? "" : cost.prefix();
        String unit = pure() ? prefix + word() : (prefix + " (" + word() + ")").strip();
        return cost.number(number) + " " + unit;
    }

    /** {@code 5.432 M params}; zero without a prefix, {@code 0 params}. */
    String parameters(long number) {
        return with(parameters, number, "params", " ");
    }

    /** {@code 81.30 MB}; zero without a prefix, {@code 0 B}. */
    String bytes(long number) {
        return with(bytes, number, "B", "");
    }

    private static String with(Scale scale, long number, String unit, String space) {
        String prefix = number == 0 || scale == Scale.ONE ? "" : scale.prefix() + space;
        return scale.number(number) + " " + prefix + unit;
    }

    private boolean pure() {
        return convention == Convention.MACS;
    }

    private String word() {
        return switch (convention) {
            case MACS -> "MACs";
            case TORCHPROFILE -> "torchprofile";
            case DIT_PAPER -> "DiT paper";
        };
    }
}
