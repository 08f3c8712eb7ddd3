package org.ditlab.study;

import java.util.List;

/** Bad input, all problems at once; each is a complete message that names place, problem and remedy. Exit code 2. */
public final class StudyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<String> problems;

    public StudyException(List<String> problems) {
        super(String.join(System.lineSeparator(), problems));
        this.problems = List.copyOf(problems);
    }

    public StudyException(String problem) {
        this(List.of(problem));
    }

    public List<String> problems() {
        return problems;
    }
}
