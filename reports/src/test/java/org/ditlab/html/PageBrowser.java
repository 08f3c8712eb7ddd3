package org.ditlab.html;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.support.ui.WebDriverWait;

/** A page of a report in a real browser, headless, with the log of its console and of its requests. */
final class PageBrowser implements AutoCloseable {
    private static final File CHROMIUM = new File("/usr/bin/chromium");
    private static final File DRIVER = new File("/usr/bin/chromedriver");

    private final ChromeDriver browser;

    /** Skips the test where Chromium or its driver is not installed. */
    PageBrowser() {
        assumeTrue(
                CHROMIUM.canExecute() && DRIVER.canExecute(),
                "needs " + CHROMIUM + " and " + DRIVER + ": apt-get install chromium chromium-driver");
        ChromeOptions options = new ChromeOptions();
        options.setBinary(CHROMIUM);
        options.addArguments(
                "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1280,900");
        LoggingPreferences logging = new LoggingPreferences();
        logging.enable(LogType.BROWSER, Level.ALL);
        logging.enable(LogType.PERFORMANCE, Level.ALL);
        options.setCapability("goog:loggingPrefs", logging);
        browser = new ChromeDriver(
                new ChromeDriverService.Builder().usingDriverExecutable(DRIVER).build(), options);
    }

    /** Opens a file at a width of the window, in light or dark. */
    void open(Path page, int width, boolean dark) {
        browser.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", 900, "deviceScaleFactor", 1, "mobile", false));
        browser.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
        browser.get(page.toUri().toString());
    }

    ChromeDriver driver() {
        return browser;
    }

    WebElement find(String selector) {
        return browser.findElement(By.cssSelector(selector));
    }

    List<WebElement> all(String selector) {
        return browser.findElements(By.cssSelector(selector));
    }

    /** What a script's return gives. */
    Object ask(String script, Object... arguments) {
        return browser.executeScript(script, arguments);
    }

    /** Moves the pointer over the middle of an element. */
    void hover(WebElement element) {
        ask("arguments[0].scrollIntoView({block: 'center'})", element);
        new Actions(browser).moveToElement(element).perform();
    }

    /** Waits until the note of the charts says something. */
    String tip(String text) {
        new WebDriverWait(browser, Duration.ofSeconds(10))
                .withMessage(() -> "the note should say " + text + " but says "
                        + find("#tip").getText())
                .until(page ->
                        find("#tip").isDisplayed() && find("#tip").getText().contains(text));
        return find("#tip").getText();
    }

    /** No message in the console, and no request but for the page itself and what is inside it. */
    void nothingElseHappened() {
        List<String> messages = browser.manage().logs().get(LogType.BROWSER).getAll().stream()
                .map(LogEntry::getMessage)
                .toList();
        List<String> requests = browser.manage().logs().get(LogType.PERFORMANCE).getAll().stream()
                .map(LogEntry::getMessage)
                .filter(message -> message.contains("Network.requestWillBeSent\""))
                .toList();

        assertThat(messages).isEmpty();
        assertThat(requests)
                .isNotEmpty()
                .allMatch(request -> request.contains("\"url\":\"file:///") || request.contains("\"url\":\"data:"));
    }

    @Override
    public void close() {
        browser.quit();
    }
}
