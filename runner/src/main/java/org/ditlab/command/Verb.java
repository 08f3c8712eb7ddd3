package org.ditlab.command;

import java.util.concurrent.Callable;

/**
 * A verb of the command line: a class annotated with picocli's {@code @Command(name, description)} that returns its exit
 * code. Found by {@link java.util.ServiceLoader}; a module adds verbs by a provider line.
 */
public interface Verb extends Callable<Integer> {}
