package org.ditlab.study;

/**
 * Something wrong in a study, said without a file position.
 *
 * @param place where: {@code study}, {@code base/width}, {@code steps/2/of}; a reader maps it to line and column
 * @param text what is wrong; what was expected
 * @param remark the nearest valid word, {@code did you mean "cosine"?}, or empty
 */
public record SpecProblem(String place, String text, String remark) {
    /** One line for a study that was written in Java. */
    public String message() {
        return place + ": " + text + (remark.isEmpty() ? "" : "; " + remark);
    }
}
