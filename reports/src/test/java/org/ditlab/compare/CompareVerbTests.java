package org.ditlab.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import org.ditlab.command.Verb;
import org.ditlab.study.StudyException;
import org.ditlab.summary.StudyFixture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class CompareVerbTests {
    @TempDir
    Path out;

    private final StringWriter printed = new StringWriter();

    @BeforeEach
    void studies() throws IOException {
        StudyFixture.complete(out.resolve("complete"));
    }

    private String run(String... arguments) throws Exception {
        CompareVerb verb = new CompareVerb();
        CommandLine line = new CommandLine(verb);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setOut(new PrintWriter(printed));
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--out", out.toString()));
        line.parseArgs(all.toArray(String[]::new));
        assertThat(verb.call()).isZero();
        return printed.toString();
    }

    @Test
    void isFoundByTheCommandLine() {
        assertThat(ServiceLoader.load(Verb.class)).anyMatch(CompareVerb.class::isInstance);
    }

    /** Differences -6.2, -5.8, -5.5: mean -5.8333, s 0.35119, t(2, 0.975) 4.3027; t = -28.77, p = 0.00121 (R's t.test). */
    @Test
    void twoVariantsOfAStudy() throws Exception {
        String text = run("complete", "base", "wide");
        Path page = out.resolve("complete/report/compare-base-vs-wide.html");

        assertThat(text)
                .containsPattern("FID\\[classifier:shapes-16\\] .* -5\\.83 ± 0\\.87 +3 +0\\.0012 +0\\.25\n")
                .containsPattern("GMACs +0\\.00190 +0\\.00740 +3\\.89 ")
                .contains("With 3 seeds the sign-flip test cannot reach p = 0.05, whatever the values; 6 seeds could.")
                .endsWith(page + "\n");
        assertThat(Files.readString(page).replace("http://www.w3.org/2000/svg", ""))
                .contains(
                        "<h1>base against wide</h1>",
                        "./ditlab compare complete base wide",
                        "id=\"curves-v2-wide\"",
                        "samples of wide",
                        "<article class=\"variant\"")
                .doesNotContain(out.toString(), "http:", "https:");
    }

    @Test
    void twoVariantsOfTwoStudies() throws Exception {
        StudyFixture.standard(out.resolve("quickstart"));
        Path page = out.resolve("page.html");
        String text = run("complete#base", "quickstart#wide & <deep>", "--to", page.toString());

        assertThat(text).contains("complete: base", "quickstart: wide & <deep>");
        assertThat(Files.readString(page))
                .contains(
                        "complete: base against quickstart: wide &amp; &lt;deep&gt;",
                        "./ditlab compare &#39;complete#base&#39; &#39;quickstart#wide &amp; &lt;deep&gt;&#39;")
                .doesNotContain("<deep>");
    }

    @Test
    void variantsMeasuredInTwoWaysAreNotCompared() throws Exception {
        StudyFixture.twoProtocols(out.resolve("samplers"));
        String text = run("samplers", "fifty", "ten");

        assertThat(text)
                .contains("measured by different protocols, which are not compared", "ddim 50")
                .containsPattern("FID\\[classifier:shapes-16; sampler: ddim 50\\] +60\\.8 \\(n = 1\\) +- +- +- +- ");
    }

    @Test
    void printsTheTableForPrograms() throws Exception {
        assertThat(run("complete", "base", "wide", "--format", "csv"))
                .startsWith("quantity,first,second,ratio,difference,difference ci95,pairs,p_t,p_sign_flip\nGMACs,");
        printed.getBuffer().setLength(0);
        assertThat(run("complete", "base", "wide", "--format", "json")).contains("\"p_sign_flip\" : 0.25");
    }

    @Test
    void oneTrialAgainstAnother() throws Exception {
        String base = trial("base");
        String wide = trial("wide");

        assertThat(run("complete", base, wide)).contains("base, trial " + base, "one seed allows no interval");
    }

    private String trial(String variant) throws IOException {
        return org.ditlab.summary.StudySummary.read(out.resolve("complete")).variants().stream()
                .filter(one -> one.name().equals(variant))
                .findFirst()
                .orElseThrow()
                .trials()
                .get(0)
                .id();
    }

    @Test
    void whatIsNotThereIsRefusedWithTheNearest() {
        assertThatThrownBy(() -> run("complete", "base", "wied"))
                .isInstanceOf(StudyException.class)
                .hasMessageContaining("no variant \"wied\"")
                .hasMessageContaining("did you mean \"wide\"?");
        assertThatThrownBy(() -> run("complete", "base", "zzzzzz"))
                .isInstanceOf(StudyException.class)
                .hasMessageContaining("expected one of \"base\", \"wide\"");
        assertThatThrownBy(() -> run("complet#base", "complete#wide"))
                .isInstanceOf(StudyException.class)
                .hasMessageContaining("did you mean \"complete\"?");
        assertThatThrownBy(() -> run("base", "wide"))
                .isInstanceOf(StudyException.class)
                .hasMessageContaining("ditlab compare STUDY A B");
        assertThatThrownBy(() -> run("complete", "base", "base"))
                .isInstanceOf(StudyException.class)
                .hasMessageContaining("two different variants");
        assertThatThrownBy(() -> run(
                        "complete",
                        "base",
                        "wide",
                        "--to",
                        out.resolve("none/p.html").toString()))
                .isInstanceOf(StudyException.class)
                .hasMessageContaining("cannot be written");
    }
}
