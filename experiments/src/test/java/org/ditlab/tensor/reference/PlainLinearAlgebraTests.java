package org.ditlab.tensor.reference;

import org.ditlab.tensor.LinearAlgebraContract;
import org.ditlab.tensor.spi.Backend;

/** The contract, held by plain Java. */
class PlainLinearAlgebraTests extends LinearAlgebraContract {
    @Override
    protected Backend backend() {
        return new ReferenceBackend();
    }
}
