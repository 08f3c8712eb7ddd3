package org.ditlab.run.exec;

/** Makes executors of one kind; found by {@link java.util.ServiceLoader}. */
public interface ExecutorProvider {
    /** The word of {@code --executor}. */
    String name();

    Executor open(Launch launch);
}
