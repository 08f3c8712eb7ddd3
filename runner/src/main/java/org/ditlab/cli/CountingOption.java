package org.ditlab.cli;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.ditlab.study.Spelling;
import org.ditlab.study.StudyException;
import org.ditlab.study.Text;
import org.ditlab.tensor.Convention;
import picocli.CommandLine.Option;

/** What a printed cost counts. */
final class CountingOption {
    @Option(
            names = "--convention",
            paramLabel = "macs|torchprofile|dit-paper",
            defaultValue = "macs",
            description = {
                "What the cost counts: multiply-accumulates; those and elementwise products, as the U-DiT paper;",
                "those and layer norms, as the DiT paper. Default: ${DEFAULT-VALUE}."
            })
    private String word;

    /** @throws StudyException when there is no such convention */
    Convention convention() {
        List<String> words =
                Arrays.stream(Convention.values()).map(CountingOption::word).toList();
        int index = words.indexOf(word);
        if (index < 0) {
            String near = Spelling.remark(word, words);
            throw new StudyException("--convention cannot be " + Text.quote(word) + "; expected one of "
                    + String.join(", ", words) + (near.isEmpty() ? "" : "; " + near));
        }
        return Convention.values()[index];
    }

    private static String word(Convention convention) {
        return convention.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
