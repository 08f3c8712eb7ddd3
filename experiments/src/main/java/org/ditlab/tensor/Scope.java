package org.ditlab.tensor;

/**
 * The lifetime of native memory: every tensor made while the scope is the innermost one of its thread is freed when the
 * scope closes, except what was kept.
 */
public interface Scope extends AutoCloseable {
    /**
     * Hands the tensor to the enclosing scope, so that it outlives this one.
     *
     * @return the same tensor
     */
    Tensor keep(Tensor tensor);

    @Override
    void close();
}
