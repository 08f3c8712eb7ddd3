package org.ditlab.study;

/**
 * Something wrong in a study, said without a file position.
 *
 * @param place where: {@code study}, {@code base/width}, {@code steps/2/of}; a reader maps it to line and column
 * @param text what is wrong; what was expected
 * @param suggestion the nearest valid word, or empty
 */
public record SpecProblem(String place, String text, String suggestion) {
    /** One line for a study that was written in Java. */
    public String message() {
        return place + ": " + text + (suggestion.isEmpty() ? "" : "; did you mean \"" + suggestion + "\"?");
    }
}
