package org.colotape.analyzer.report.html;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import javax.imageio.ImageIO;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;

/** Headless Chromium with a report in it. */
public final class Browser implements AutoCloseable {
  private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
  private static final Path DRIVER = Path.of("/usr/bin/chromedriver");

  /** Selenium warns of every Chromium whose debugging protocol it does not know; none is used. */
  private static final Logger SELENIUM = Logger.getLogger("org.openqa.selenium");

  static {
    SELENIUM.setLevel(Level.SEVERE);
  }

  private final ChromeDriver driver;

  private Browser(ChromeDriver driver) {
    this.driver = driver;
  }

  /** True if there is a Chromium to start. */
  public static boolean isInstalled() {
    return Files.isExecutable(CHROMIUM) && Files.isExecutable(DRIVER);
  }

  /**
   * Starts it. A test without Chromium is skipped.
   *
   * @param profile a new folder for what it stores
   */
  public static Browser start(Path profile) {
    assumeTrue(
        isInstalled(), "SKIPPED: no Chromium here (apt-get install chromium chromium-driver)");
    ChromeOptions options = new ChromeOptions();
    options.setBinary(CHROMIUM.toFile());
    options.setCapability("goog:loggingPrefs", Map.of(LogType.BROWSER, "ALL"));
    options.addArguments(
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-dev-shm-usage",
        "--user-data-dir=" + profile,
        "--window-size=1400,1600");
    ChromeDriverService service =
        new ChromeDriverService.Builder()
            .usingDriverExecutable(DRIVER.toFile())
            .usingAnyFreePort()
            .withLogFile(new File("/dev/null"))
            .build();
    return new Browser(new ChromeDriver(service, options));
  }

  /** Opens a report and waits until it has drawn itself. */
  public void open(Path report) {
    driver.get(report.toUri().toString());
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!"true".equals(attribute("html", "data-ready"))) {
      assertThat(System.nanoTime()).as("report not ready: %s", console()).isLessThan(end);
      frame();
    }
    frame();
  }

  /** Lets the page draw. */
  public void frame() {
    driver.executeAsyncScript(
        "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(done));");
  }

  /** What a script returns. */
  public Object script(String text, Object... arguments) {
    Object result = driver.executeScript(text, arguments);
    return result == null ? "" : result;
  }

  /** The visible text of an element. */
  public String text(String selector) {
    return find(selector).getText();
  }

  /** An attribute of an element, or nothing. */
  public String attribute(String selector, String name) {
    return String.valueOf(find(selector).getDomAttribute(name));
  }

  WebElement find(String selector) {
    return driver.findElement(By.cssSelector(selector));
  }

  List<String> texts(String selector) {
    return driver.findElements(By.cssSelector(selector)).stream().map(WebElement::getText).toList();
  }

  void click(String selector) {
    find(selector).click();
    frame();
  }

  /** Clicks at a place in an element, in CSS pixels from its left upper corner. */
  void clickAt(String selector, int x, int y) {
    WebElement element = find(selector);
    driver.executeScript("arguments[0].scrollIntoView({ block: 'center' })", element);
    int left = x - element.getSize().getWidth() / 2;
    int top = y - element.getSize().getHeight() / 2;
    new Actions(driver).moveToElement(element, left, top).click().perform();
    frame();
  }

  /** Presses keys, one after the other, wherever the focus is. */
  void press(CharSequence... keys) {
    Actions actions = new Actions(driver);
    for (CharSequence key : keys) {
      actions.sendKeys(key);
    }
    actions.perform();
    frame();
  }

  /** Presses Tab until an element has the focus. */
  void tabTo(String id) {
    for (int i = 0; i < 100; i++) {
      if (id.equals(driver.switchTo().activeElement().getDomAttribute("id"))) {
        return;
      }
      press(Keys.TAB);
    }
    throw new AssertionError("Tab does not lead to #" + id);
  }

  /** A screenshot of an element. */
  BufferedImage picture(String selector) throws IOException {
    byte[] png = find(selector).getScreenshotAs(OutputType.BYTES);
    return ImageIO.read(new ByteArrayInputStream(png));
  }

  /** A screenshot of what is in the window. */
  byte[] screenshot() {
    return driver.getScreenshotAs(OutputType.BYTES);
  }

  /** What the page complained of. */
  List<String> console() {
    return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
        .map(LogEntry::getMessage)
        .toList();
  }

  @Override
  public void close() {
    driver.quit();
  }
}
