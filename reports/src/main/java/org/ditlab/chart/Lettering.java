package org.ditlab.chart;

/**
 * How a text is set.
 *
 * @param role its class in SVG, by which a page restyles it: {@code ink} or {@code faint}; empty on a ground of its own
 * @param colour {@code #222222}
 * @param size in pixels
 * @param anchor which part of it stands at its place
 * @param rising whether it runs upwards
 */
record Lettering(String role, String colour, double size, Anchor anchor, boolean bold, boolean rising) {
    /** Which part of a text stands at its place. */
    enum Anchor {
        START("start"),
        MIDDLE("middle"),
        END("end");

        private final String word;

        Anchor(String word) {
            this.word = word;
        }

        /** SVG's word for it. */
        String word() {
            return word;
        }
    }

    static Lettering ink(double size, Anchor anchor) {
        return new Lettering("ink", Svg.INK, size, anchor, false, false);
    }

    static Lettering faint(double size, Anchor anchor) {
        return new Lettering("faint", Svg.FAINT, size, anchor, false, false);
    }

    /** On a ground of a colour of its own, whatever the paper. */
    static Lettering on(String colour, double size) {
        return new Lettering("", colour, size, Anchor.MIDDLE, false, false);
    }

    Lettering inBold() {
        return new Lettering(role, colour, size, anchor, true, rising);
    }

    Lettering upwards() {
        return new Lettering(role, colour, size, anchor, bold, true);
    }
}
