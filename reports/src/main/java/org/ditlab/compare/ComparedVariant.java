package org.ditlab.compare;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.ditlab.command.StudyReference;
import org.ditlab.store.TrialResult;
import org.ditlab.study.Spelling;
import org.ditlab.study.StudyException;
import org.ditlab.study.Text;
import org.ditlab.summary.StudySummary;
import org.ditlab.summary.VariantSummary;

/**
 * One of the two.
 *
 * @param directory its study's
 * @param study all of its study
 * @param variant the variant, or a single trial of it
 */
record ComparedVariant(Path directory, StudySummary study, VariantSummary variant) {
    private static final char MARK = '#';
    private static final String TRIAL = "[0-9a-f]{6,64}";

    /**
     * Finds a variant by {@code STUDY#VARIANT}; the first mark after which STUDY is one ends it.
     *
     * @throws StudyException when there is no such study or variant, naming the nearest
     */
    static ComparedVariant find(String reference, Path out) throws IOException {
        int first = reference.indexOf(MARK);
        if (first <= 0 || first == reference.length() - 1) {
            throw new StudyException(Text.quote(reference) + " names no study; expected STUDY" + MARK
                    + "VARIANT twice, or a study and two of its variants: ditlab compare STUDY A B");
        }
        int mark = first;
        while (mark > 0 && !StudyReference.exists(reference.substring(0, mark), out)) {
            mark = reference.indexOf(MARK, mark + 1);
        }
        int end = mark > 0 ? mark : first;
        Path directory = StudyReference.directory(reference.substring(0, end), out);
        return of(directory, StudySummary.read(directory), reference.substring(end + 1));
    }

    /** A variant of a study that has been read, by its name, or one of its trials by the beginning of its hash. */
    static ComparedVariant of(Path directory, StudySummary study, String name) {
        for (VariantSummary variant : study.variants()) {
            if (variant.name().equals(name)) {
                return new ComparedVariant(directory, study, variant);
            }
        }
        return trial(study, name)
                .map(trial -> new ComparedVariant(
                        directory,
                        study,
                        new VariantSummary(trial.variant() + ", trial " + trial.id(), List.of(trial))))
                .orElseThrow(() -> unknown(study, name));
    }

    private static Optional<TrialResult> trial(StudySummary study, String hash) {
        List<TrialResult> trials = study.trials().stream()
                .filter(trial -> hash.matches(TRIAL) && trial.hash().startsWith(hash))
                .toList();
        return trials.size() == 1 ? Optional.of(trials.get(0)) : Optional.empty();
    }

    private static StudyException unknown(StudySummary study, String name) {
        List<String> names = study.variants().stream().map(VariantSummary::name).toList();
        String near = Spelling.remark(name, names);
        return new StudyException("the study " + study.name() + " has no variant " + Text.quote(name)
                + (near.isEmpty()
                        ? "; expected one of "
                                + names.stream().limit(20).map(Text::quote).collect(Collectors.joining(", "))
                                + (names.size() > 20 ? " and " + (names.size() - 20) + " more" : "")
                                + ", or the hash of a trial"
                        : "; " + near));
    }

    /** The same under a name that says its study too, which may be called as the other's. */
    ComparedVariant withStudy(String told) {
        return new ComparedVariant(
                directory, study, new VariantSummary(study.name() + told + ": " + variant.name(), variant.trials()));
    }
}
