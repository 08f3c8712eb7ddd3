package org.ditlab.study.spi;

import java.util.Optional;
import org.ditlab.study.plan.Stage;

/** Says which stages are done already, and how far others are. */
@FunctionalInterface
public interface Cached {
    boolean done(Stage stage);

    /** The state that a stage which is not done would go on from; empty when it would begin anew. */
    default Optional<Begun> begun(Stage stage) {
        return Optional.empty();
    }

    /** Nothing is done. */
    static Cached nothing() {
        return stage -> false;
    }
}
