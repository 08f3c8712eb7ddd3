package org.ditlab.html;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.ditlab.report.ReportWriter;
import org.ditlab.summary.StudyFixture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/** The page in a real browser; skipped where Chromium and its driver are not installed. */
@Tag("long")
class ReportPageBrowserTests {
    /** Texts whose contrast to what lies behind them is below WCAG's 4.5, with the colours. */
    private static final String WEAK = """
            const light = c => { const v = c / 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; };
            const luminance = ([r, g, b]) => 0.2126 * light(r) + 0.7152 * light(g) + 0.0722 * light(b);
            const numbers = text => (text.match(/[0-9.]+/g) ?? []).map(Number);
            const behind = element => {
              for (let outer = element; outer; outer = outer.parentElement) {
                const colour = numbers(getComputedStyle(outer).backgroundColor);
                if (colour.length === 3 || colour[3] > 0) return colour;
              }
              return [255, 255, 255];
            };
            const weak = [];
            for (const element of document.querySelectorAll('body *')) {
              const text = Array.from(element.childNodes).filter(n => n.nodeType === 3 && n.data.trim()).length > 0;
              const drawn = element.closest('svg');
              if (!text || element.closest('script, title, desc, style, .unseen') || drawn?.querySelector('style')) continue;
              const style = getComputedStyle(element);
              const ink = luminance(numbers(drawn ? style.fill : style.color));
              const paper = luminance(behind(drawn ?? element));
              const ratio = (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
              if (ratio < 4.5) weak.push(element.tagName + ' ' + element.textContent.slice(0, 40) + ' ' + ratio.toFixed(2));
            }
            return weak;""";

    @TempDir
    static Path directory;

    private static Path standard;
    private static Path hostile;
    private static PageBrowser browser;

    @BeforeAll
    static void write() throws IOException {
        browser = new PageBrowser();
        standard = page(StudyFixture.standard(directory.resolve("standard")));
        hostile = page(StudyFixture.drawn(directory.resolve("drawn")));
    }

    @AfterAll
    static void close() {
        if (browser != null) {
            browser.close();
        }
    }

    private static Path page(Path study) throws IOException {
        return new ReportWriter().report(study).get(0);
    }

    @Test
    void aTableIsSortedByClickAndByKey() {
        browser.open(standard, 1280, false);
        WebElement gmacs = head("GMACs");

        gmacs.click();

        assertThat(firstColumn()).startsWith("base").endsWith("patch_2");
        assertThat(browser.find("table.comparison thead th[aria-sort=ascending]")
                        .getText())
                .startsWith("GMACs");
        gmacs.sendKeys(Keys.ENTER);
        assertThat(firstColumn()).startsWith("patch_2");
        assertThat(browser.all("table.comparison thead th[aria-sort=descending]"))
                .hasSize(1);
        head("Variant").sendKeys(Keys.SPACE);
        assertThat(firstColumn()).startsWith("+ rope | 100%", "base");
        assertThat(browser.find("table.comparison tfoot").getText()).contains("untrained");
        browser.nothingElseHappened();
    }

    @Test
    void aPointTellsItsVariantAndLeadsToItsSection() {
        browser.open(standard, 1280, false);
        WebElement point = point("patch_2");
        WebElement mark = point.findElement(By.cssSelector(".mark"));

        browser.hover(mark);

        String trial = point.getDomAttribute("data-hash").split(" ")[0];
        assertThat(browser.tip("patch_2"))
                .contains("GMACs 0.0077", "FID[classifier:shapes-16] 38", "(n = 2)", "against base", trial);
        browser.hover(browser.find("h1"));
        assertThat(browser.find("#tip").isDisplayed()).isFalse();

        browser.hover(mark);
        mark.click();

        WebElement heading = browser.driver().switchTo().activeElement();
        assertThat(heading.getTagName()).isEqualTo("h3");
        assertThat(heading.getText()).isEqualTo("patch_2");
        assertThat(browser.driver().getCurrentUrl()).endsWith("#" + heading.getDomAttribute("id"));
        assertThat(browser.ask(
                        "const box = arguments[0].getBoundingClientRect();"
                                + " return box.top >= 0 && box.bottom < innerHeight",
                        heading))
                .isEqualTo(true);
        assertThat(browser.find("#tip").isDisplayed()).isFalse();
        browser.nothingElseHappened();
    }

    @Test
    void chartsAreReachedByTheKeyboard() {
        browser.open(standard, 1280, false);
        assertThat(browser.all("svg .point"))
                .isNotEmpty()
                .allMatch(point -> "0".equals(point.getDomAttribute("tabindex")));
        WebElement first = browser.find("#gmacs-vs-fid .point");

        browser.ask("arguments[0].focus()", first);
        browser.tip(name(first));
        first.sendKeys(Keys.ARROW_RIGHT);
        WebElement second = browser.driver().switchTo().activeElement();
        assertThat(second).isNotEqualTo(first);
        browser.tip(name(second));
        second.sendKeys(Keys.ESCAPE);
        assertThat(browser.find("#tip").isDisplayed()).isFalse();
        second.sendKeys(Keys.ENTER);

        assertThat(browser.driver().switchTo().activeElement().getText()).isEqualTo(name(second));
        browser.nothingElseHappened();
    }

    @Test
    void aLegendHidesAndShowsCurves() {
        browser.open(standard, 1280, false);
        WebElement entry = browser.find("#curves .legend .entry");
        WebElement curve = browser.find("#" + entry.getDomAttribute("id").replaceAll("-entry$", ""));
        assertThat(curve.isDisplayed()).isTrue();

        browser.ask("arguments[0].scrollIntoView({block: 'center'})", entry);
        entry.click();
        assertThat(curve.isDisplayed()).isFalse();
        assertThat(entry.getDomAttribute("aria-pressed")).isEqualTo("false");
        entry.sendKeys(Keys.SPACE);
        assertThat(curve.isDisplayed()).isTrue();
        browser.nothingElseHappened();
    }

    @ParameterizedTest
    @CsvSource({"1280, false", "1280, true", "390, false", "390, true"})
    void isReadInLightAndDarkWideAndNarrow(int width, boolean dark) {
        for (Path page : List.of(standard, hostile)) {
            browser.open(page, width, dark);

            assertThat((Long) browser.ask("return document.documentElement.scrollWidth"))
                    .isLessThanOrEqualTo(width);
            String paper = String.valueOf(browser.ask("return getComputedStyle(document.body).backgroundColor"));
            assertThat(paper).isEqualTo(dark ? "rgb(22, 24, 27)" : "rgb(255, 255, 255)");
            assertThat((List<?>) browser.ask(WEAK)).isEmpty();
        }
        browser.nothingElseHappened();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void itsPartsHaveNamesAndItsHeadingsAnOrder(boolean ofHostileNames) {
        browser.open(ofHostileNames ? hostile : standard, 1280, false);

        assertThat((List<?>) browser.ask("const ids = Array.from(document.querySelectorAll('[id]'), e => e.id);"
                        + " return ids.filter((id, index) => ids.indexOf(id) !== index)"))
                .as("ids that stand twice")
                .isEmpty();
        assertThat((List<?>) browser.ask("return Array.from(document.querySelectorAll('a[href]'), a => a.hash.slice(1))"
                        + ".filter(id => !document.getElementById(decodeURIComponent(id)))"))
                .as("links that lead nowhere")
                .isEmpty();
        assertThat((List<?>) browser.ask("let last = 0; const jumps = [];"
                        + " for (const h of document.querySelectorAll('h1, h2, h3, h4, h5')) {"
                        + " const level = Number(h.tagName[1]); if (level > last + 1) jumps.push(h.textContent); last = level; }"
                        + " return jumps"))
                .as("headings that skip a level")
                .isEmpty();
        assertThat((List<?>) browser.ask("return Array.from(document.querySelectorAll('img, svg, nav, table'))"
                        + ".filter(e => !(e.alt || e.ariaLabel || e.getAttribute('aria-labelledby') || e.caption"
                        + " || e.closest('[aria-label]'))).map(e => e.outerHTML.slice(0, 99))"))
                .as("what has no name")
                .isEmpty();
        assertThat((List<?>) browser.ask("return Array.from(document.querySelectorAll('th'))"
                        + ".filter(e => !e.scope).map(e => e.textContent)"))
                .isEmpty();
        assertThat(browser.find("html").getDomAttribute("lang")).isEqualTo("en");
        browser.nothingElseHappened();
    }

    @Test
    void namesAreTextWhateverTheyHold() {
        browser.open(hostile, 1280, false);

        assertThat(browser.driver().getTitle()).startsWith("drawn & \"quoted\" <b>");
        assertThat(browser.all("h3").stream().map(WebElement::getText)).containsAll(StudyFixture.HOSTILE);
        assertThat(browser.all("script")).hasSize(2);
        assertThat(browser.all("img[src=x], main b")).isEmpty();
        for (WebElement point : browser.all("#gmacs-vs-fid .point[data-variant]")) {
            browser.ask("arguments[0].focus()", point);
            browser.tip(name(point));
        }
        browser.nothingElseHappened();
    }

    @Test
    void modelsAreDrawnOnceAndFoldedAway() {
        browser.open(hostile, 1280, false);
        List<WebElement> drawings = browser.all(".variant details svg");

        assertThat(drawings).hasSize(2).noneMatch(WebElement::isDisplayed);
        browser.all("details summary").stream()
                .filter(summary -> summary.getText().equals("The model, drawn"))
                .forEach(WebElement::click);
        assertThat(drawings).allMatch(WebElement::isDisplayed);
        assertThat(browser.find("main").getText()).contains("drawn there");
        browser.nothingElseHappened();
    }

    @Test
    void printsOnPaper() throws IOException {
        browser.open(standard, 1280, true);
        Map<String, Object> printed = browser.driver().executeCdpCommand("Page.printToPDF", Map.of());
        byte[] pdf = Base64.getDecoder().decode(String.valueOf(printed.get("data")));
        assertThat(new String(pdf, 0, 5, StandardCharsets.US_ASCII)).isEqualTo("%PDF-");

        browser.driver().executeCdpCommand("Emulation.setEmulatedMedia", Map.of("media", "print"));
        assertThat(browser.find("nav").isDisplayed()).isFalse();
        assertThat(browser.ask("return getComputedStyle(document.body).color")).isEqualTo("rgb(0, 0, 0)");
        browser.driver().executeCdpCommand("Emulation.setEmulatedMedia", Map.of("media", ""));
        browser.nothingElseHappened();
    }

    @Test
    void ofManyPointsTheArrowKeysReachAll() throws IOException {
        Path page = page(StudyFixture.large(directory.resolve("large"), 60, 20));
        assertThat(Files.size(page)).isLessThan(2_000_000);
        browser.open(page, 1280, false);
        List<WebElement> points = browser.all("#gmacs-vs-fid .point[data-variant]");
        assertThat(points).hasSize(60);
        assertThat(points.stream().filter(point -> "0".equals(point.getDomAttribute("tabindex"))))
                .hasSize(1);

        browser.ask("arguments[0].focus()", points.get(0));
        points.get(0).sendKeys(Keys.END);
        WebElement last = browser.driver().switchTo().activeElement();
        assertThat(last).isEqualTo(points.get(59));
        browser.tip("v59");
        last.sendKeys(Keys.ENTER);

        // A variant without a section: its row, which was folded away.
        assertThat(browser.driver().switchTo().activeElement().getText()).contains("v59");
        browser.nothingElseHappened();
    }

    private static WebElement head(String text) {
        return browser.all("table.comparison").get(0).findElements(By.cssSelector("thead button")).stream()
                .filter(button -> button.getText().toLowerCase(Locale.ROOT).startsWith(text.toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> firstColumn() {
        return browser.all("table.comparison").get(0).findElements(By.cssSelector("tbody th")).stream()
                .map(WebElement::getText)
                .toList();
    }

    private static WebElement point(String variant) {
        return browser.all("#gmacs-vs-fid .point[data-variant]").stream()
                .filter(point -> name(point).equals(variant))
                .findFirst()
                .orElseThrow();
    }

    private static String name(WebElement point) {
        return String.valueOf(browser.ask(
                "return JSON.parse(document.getElementById('variant-data').textContent)[arguments[0].dataset.variant].name",
                point));
    }
}
