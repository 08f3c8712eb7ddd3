package org.ditlab.backend.libtorch;

import java.util.Iterator;
import org.bytedeco.javacpp.PointerScope;
import org.ditlab.tensor.Scope;
import org.ditlab.tensor.Tensor;

/** A scope over JavaCPP's {@link PointerScope}: what was made within and not kept is freed on close. */
final class LibtorchScope implements Scope {
    private final PointerScope inner = new PointerScope();
    private final GradientTape tape;
    private final int recorded;
    private boolean tracks;

    LibtorchScope(GradientTape tape) {
        this.tape = tape;
        recorded = tape.size();
    }

    @Override
    public Tensor keep(Tensor tensor) {
        org.bytedeco.pytorch.Tensor handle = ((LibtorchTensor) tensor).handle();
        tracks |= handle.requires_grad();
        Iterator<PointerScope> scopes = PointerScope.getScopeIterator();
        scopes.next(); // this scope
        if (scopes.hasNext()) {
            scopes.next().attach(handle);
        } else {
            handle.retainReference();
        }
        return tensor;
    }

    @Override
    public void close() {
        inner.close();
        if (!tracks && tape.size() > recorded) {
            tape.forget(recorded);
        }
    }
}
