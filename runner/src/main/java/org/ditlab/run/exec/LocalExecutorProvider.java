package org.ditlab.run.exec;

/** {@code --executor local}: one process per trial on this machine. */
public final class LocalExecutorProvider implements ExecutorProvider {
    @Override
    public String name() {
        return "local";
    }

    @Override
    public Executor open(Launch launch) {
        return new LocalExecutor(launch);
    }
}
