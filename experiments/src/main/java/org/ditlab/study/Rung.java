package org.ditlab.study;

/** A step that the following rungs stand on. */
public record Rung(Change change) implements Step {}
