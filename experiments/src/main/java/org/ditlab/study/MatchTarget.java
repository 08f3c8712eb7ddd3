package org.ditlab.study;

import org.ditlab.knob.Domain;
import org.ditlab.knob.Domains;

/** The cost that a {@link Match} is to meet. */
public sealed interface MatchTarget {
    /** The numbers of GMACs that can be asked for. */
    Domain<Double> GMACS = Domains.real(1e-6, 1e9);

    /**
     * That of another variant of the study, of its {@code base}, or of a model of the zoo on the study's input and classes;
     * a variant comes before a model of the same name.
     */
    record Named(String name) implements MatchTarget {
        @Override
        public Object raw() {
            return name;
        }

        @Override
        public String toString() {
            return Text.quote(name);
        }
    }

    /** A number of GMACs. */
    record Gmacs(double gmacs) implements MatchTarget {
        @Override
        public Object raw() {
            return gmacs;
        }

        @Override
        public String toString() {
            return CanonicalJson.number(gmacs) + " GMACs";
        }
    }

    /** The raw value: a name or a number. */
    Object raw();

    /** How near the solved cost must come: {@code within(2, PERCENT)}. */
    default OpenMatch within(double amount, ToleranceUnit unit) {
        return new OpenMatch(this, amount * unit.percent());
    }
}
