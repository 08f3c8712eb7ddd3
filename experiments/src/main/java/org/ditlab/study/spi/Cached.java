package org.ditlab.study.spi;

import org.ditlab.study.plan.Stage;

/** Says which stages are done already. */
@FunctionalInterface
public interface Cached {
    boolean done(Stage stage);

    /** Nothing is done. */
    static Cached nothing() {
        return stage -> false;
    }
}
