package org.ditlab.study;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpellingTests {
    private static final List<String> WORDS = List.of("softmax", "cosine", "train.steps", "width", "DiT-S/4");

    @ParameterizedTest
    @CsvSource({
        "cosin,cosine",
        "cosnie,cosine",
        "steps,train.steps",
        "trian.steps,train.steps",
        "wdith,width",
        "dit-s/4,DiT-S/4"
    })
    void findsTheNearestWord(String written, String meant) {
        assertThat(Spelling.nearest(written, WORDS)).isEqualTo(meant);
    }

    @Test
    void lettersThatAreMissingCountByTheLongerWord() {
        assertThat(Spelling.nearest("ordr", List.of("changes", "orders", "seed")))
                .isEqualTo("orders");
    }

    @ParameterizedTest
    @CsvSource({"zebra", "x", "''", "a-very-long-word-that-is-nothing-at-all-and-goes-on-and-on-for-ever-and-ever"})
    void suggestsNothingWhenNothingIsNear(String written) {
        assertThat(Spelling.nearest(written, WORDS)).isEmpty();
    }

    @Test
    void theRemarkNamesTwoWordsThatAreEquallyNear() {
        assertThat(Spelling.remark("steps", List.of("sample.steps", "train.steps", "width")))
                .isEqualTo("did you mean \"sample.steps\" or \"train.steps\"?");
        assertThat(Spelling.remark("zebra", WORDS)).isEmpty();
    }

    @Test
    void theRemarkNamesAWordOfWhichOnlyTheBeginningWasWritten() {
        assertThat(Spelling.remark("dpm", List.of("ddpm", "ddim", "dpm++", "euler", "heun")))
                .isEqualTo("did you mean \"ddpm\" or \"dpm++\"?");
    }
}
