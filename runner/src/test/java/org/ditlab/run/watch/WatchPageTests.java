package org.ditlab.run.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import org.ditlab.data.ImageGrid;
import org.ditlab.store.WriterLock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.JavascriptExecutor;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.support.ui.WebDriverWait;

/** The page in a real browser; skipped where Chromium and its driver are not installed. */
@Tag("long")
class WatchPageTests {
    private static final String HOSTILE = "<b>bold</b><script>document.title='taken'</script>";
    private static final File CHROMIUM = new File("/usr/bin/chromium");
    private static final File DRIVER = new File("/usr/bin/chromedriver");

    @TempDir
    private Path directory;

    private WatchedStudy study;
    private WatchServer server;
    private ChromeDriver browser;

    @BeforeEach
    void open() throws IOException {
        assumeTrue(
                CHROMIUM.canExecute() && DRIVER.canExecute(),
                "needs " + CHROMIUM + " and " + DRIVER + ": apt-get install chromium chromium-driver");
        study = new WatchedStudy(directory.resolve("tiny"));
        study.add("base", 1);
        study.add("base", 2);
        study.add(HOSTILE, 1);
        study.plan();
        server = WatchServer.start(study.path(), InetAddress.getLoopbackAddress(), 0);
        ChromeOptions options = new ChromeOptions();
        options.setBinary(CHROMIUM);
        options.addArguments(
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--window-size=1200,1000");
        LoggingPreferences logging = new LoggingPreferences();
        logging.enable(LogType.BROWSER, Level.ALL);
        logging.enable(LogType.PERFORMANCE, Level.ALL);
        options.setCapability("goog:loggingPrefs", logging);
        ChromeDriverService service =
                new ChromeDriverService.Builder().usingDriverExecutable(DRIVER).build();
        browser = new ChromeDriver(service, options);
        browser.get("http://localhost:" + server.port() + "/");
    }

    @AfterEach
    void close() {
        if (browser != null) {
            browser.quit();
            server.close();
        }
    }

    @Test
    void aRunningTrialGoesOnBeforeTheEyes() throws IOException {
        await("3 of 3 trials", "#shown");
        try (WriterLock lock = study.begin(0)) {
            assertThat(lock.held()).isTrue();
            study.attempt(0).report(100, 400, 0.5, 512.0, "");
            study.rows(0, 10, 0.9, 0.7, 0.5);
            await("100/400", "#rows tr:first-child td:nth-child(6)");
            await("running", "#rows tr:first-child .state");
            await("1 line", "#points");

            study.attempt(0).report(200, 400, 0.25, 512.0, "");
            study.rows(0, 40, 0.4, 0.25);
            await("200/400", "#rows tr:first-child td:nth-child(6)");
            await("0.25", "#rows tr:first-child td:nth-child(7)");

            // The keyboard: the last point of the first line.
            browser.findElement(By.id("chart")).sendKeys(Keys.ARROW_RIGHT);
            await("base seed 1: step 50, loss 0.25", "#reading");
            browser.findElement(By.id("chart")).sendKeys(Keys.ARROW_LEFT);
            await("base seed 1: step 40, loss 0.4", "#reading");

            WebElement chart = browser.findElement(By.id("chart"));
            new Actions(browser)
                    .moveToElement(
                            chart,
                            chart.getSize().getWidth() / 2 - 20,
                            chart.getSize().getHeight() / 2 - 40)
                    .perform();
            await("step 50", "#reading");
        }
        study.done(0, "done", Map.of("fid", 12.5));
        await("done", "#rows tr:first-child .state");
        await("FID 12.5", "#rows tr:first-child .say");
        nothingElseHappened();
    }

    @Test
    void trialsAreFilteredByTextAndState() throws IOException {
        study.failed(1, "it broke");
        await("failed", "#rows tr:nth-child(2) .state");
        WebElement text = browser.findElement(By.id("text"));
        text.sendKeys("bold");
        await("1 of 3 trials", "#shown");
        assertThat(visibleRows()).hasSize(1).first().asString().contains(HOSTILE);
        text.clear();
        text.sendKeys(Keys.SPACE, Keys.BACK_SPACE);
        await("3 of 3 trials", "#shown");
        browser.findElement(By.cssSelector("input[value=planned]")).click();
        await("1 of 3 trials", "#shown");

        assertThat(visibleRows()).hasSize(1).first().asString().contains("base", "it broke");
        assertThat(browser.getTitle()).contains("tiny").doesNotContain("taken");
        nothingElseHappened();
    }

    @Test
    void failuresAndSamplesAreShown() throws IOException {
        Files.writeString(study.log(1), "first\nOutOfMemoryError: <i>here</i>\n");
        study.failed(1, "it broke");
        Files.createDirectories(study.samples(0).path());
        ImageGrid.write(study.samples(0).path().resolve("samples.png"), new byte[3 * 8 * 8], 1, 3, 8, 8, 1);
        study.done(0, "done", Map.of());

        await("OutOfMemoryError: <i>here</i>", "#failures pre");
        await("ditlab run tiny.yaml", "#again code");
        await("base seed 1", "#samples figcaption");
        new WebDriverWait(browser, Duration.ofSeconds(20)).until(page -> (Boolean) ((JavascriptExecutor) page)
                .executeScript("const i = document.querySelector('#samples img');"
                        + " i.scrollIntoView(); return i.complete && i.naturalWidth > 0;"));
        nothingElseHappened();
    }

    @Test
    void theServersEndIsSaid() {
        await("3 of 3 trials", "#shown");
        server.close();

        await("No answer", "#notice");
    }

    private void await(String text, String selector) {
        new WebDriverWait(browser, Duration.ofSeconds(20))
                .withMessage(() -> selector + " should say " + text + " but the page says "
                        + browser.findElement(By.tagName("body")).getText())
                .until(page -> page.findElements(By.cssSelector(selector)).stream()
                        .anyMatch(found -> found.getText().contains(text)));
    }

    private List<String> visibleRows() {
        return browser.findElements(By.cssSelector("#rows tr")).stream()
                .filter(WebElement::isDisplayed)
                .map(WebElement::getText)
                .toList();
    }

    /** No error in the console, and every request went to our server. */
    private void nothingElseHappened() {
        List<String> errors = browser.manage().logs().get(LogType.BROWSER).getAll().stream()
                .map(LogEntry::getMessage)
                .toList();
        List<String> requests = browser.manage().logs().get(LogType.PERFORMANCE).getAll().stream()
                .map(LogEntry::getMessage)
                .filter(message -> message.contains("Network.requestWillBeSent\""))
                .toList();

        assertThat(errors).isEmpty();
        assertThat(requests)
                .isNotEmpty()
                .allMatch(request -> request.contains("\"url\":\"http://localhost:" + server.port() + "/")
                        || request.contains("\"url\":\"data:,\""));
    }
}
