package org.ditlab.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The papers' figures are ours, but for rows that say why not; the page that shows it is up to date. */
class PublishedCostsTests {
    private static final List<PublishedCost> PUBLISHED = PublishedCosts.published();
    private static final PublishedCosts COSTS = new PublishedCosts(PUBLISHED);

    static Stream<PublishedCost> rows() {
        return PUBLISHED.stream();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void agreesAtThePrintedDecimalsOrSaysWhyNot(PublishedCost row) {
        CountedModel counts = COSTS.counts(row);

        assertThat(row.isReproducedBy(counts))
                .as("printed %s, ours %s; %s", row.gflops(), counts.of(row.counted()), counts.trained())
                .isEqualTo(row.agrees());
        assertThat(row.agrees() || !row.note().isEmpty()).as("a note").isTrue();
    }

    @Test
    void pageIsUpToDate() throws IOException {
        Path page = Path.of(System.getProperty("ditlab.root", ".."), "experiments", "docs", "published-costs.md");
        if (Boolean.getBoolean("ditlab.write")) {
            Files.writeString(page, COSTS.page());
        }

        assertThat(page).content().isEqualTo(COSTS.page());
    }
}
