package org.colotape.analyzer.report.html;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.colotape.recorder.simulation.Bug;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;

/** A simulated pair whose flush forgets what the SVM wrote, from checkpoint 3 on, is looked at. */
class HtmlReportTest {
  private static final int LIGHT_CACHE_SVM = 0xb4289b;
  private static final int DARK_CACHE_SVM = 0xe86bd2;

  @TempDir static Path folder;
  private static Browser browser;
  private static Path report;

  @BeforeAll
  static void start() throws IOException {
    browser = Browser.start(folder.resolve("profile"));
    report = Reports.simulated(folder, "pair </script><b>six</b>", Bug.COLO_06);
  }

  @AfterAll
  static void stop() {
    if (browser != null) {
      browser.close();
    }
  }

  @BeforeEach
  void open() {
    browser.open(report);
  }

  @AfterEach
  void thePageComplainsOfNothing() {
    assertThat(browser.console()).isEmpty();
  }

  @Test
  void theVerdictStandsOnTopInASentence() {
    assertThat(browser.text("#outcome")).contains("diverged");
    assertThat(browser.text("#summary")).startsWith("Diverged at checkpoint 3:").endsWith(".");
    assertThat(browser.text("#facts")).contains("Guest memory").contains("simulated pair");
  }

  @Test
  void itBeginsAtTheFirstDivergentCheckpointWithAPageThatDiffers() {
    assertThat(browser.text("#at")).startsWith("checkpoint 3:").contains("differ");
    assertThat(browser.text("#page"))
        .contains("SVM RAM is not the cache")
        .contains("since checkpoint 3")
        .contains("Finding: not flushed, checkpoint 3")
        .contains("colotape blame");
  }

  @Test
  void theSliderTakesTheMapTheProtocolAndTheTableAlong() throws IOException {
    assertThat(count("#map", LIGHT_CACHE_SVM)).isPositive();
    browser.click("#slider");
    for (int i = 0; i < 6; i++) {
      browser.press(Keys.ARROW_LEFT);
    }
    assertThat(browser.text("#at")).startsWith("checkpoint 0:").contains("no page differs");
    assertThat(count("#map", LIGHT_CACHE_SVM)).isZero();
    assertThat(browser.text("#protocol-title")).isEqualTo("Protocol of checkpoint 0");
    browser.press(Keys.ARROW_RIGHT);
    assertThat(browser.text("#at")).startsWith("checkpoint 1:");
  }

  @Test
  void aClickOnTheTimelineChoosesACheckpoint() {
    int width = browser.find("#charts .u-over").getSize().getWidth();
    browser.clickAt("#charts .u-over", width * 11 / 14, 20); // seven checkpoints: the sixth
    assertThat(browser.text("#at")).startsWith("checkpoint 5:");
    assertThat(browser.text("#charts figcaption")).startsWith("Pages sent at 5:");
  }

  @Test
  void aClickOnTheMapChoosesAPage() {
    int columns = ((Number) browser.script("return report.map.grid.columns")).intValue();
    String cell =
        "const { scale, x, y } = report.map.view;const { column, row } = report.map.grid.cell({"
            + " block: 0, page: arguments[0] });return [Math.floor((column + 0.5 - x) * scale),"
            + " Math.floor((row + 0.5 - y) * scale)];";
    List<?> at = (List<?>) browser.script(cell, 3L * columns + 5);
    browser.clickAt("#map", number(at.get(0)), number(at.get(1)));
    assertThat(browser.text("#page")).startsWith("pc.ram+0x" + hex((3L * columns + 5) * 4096));
  }

  @Test
  void theMapZoomsDownToOnePage() throws IOException {
    int before = count("#map", LIGHT_CACHE_SVM);
    browser.press("m");
    for (int i = 0; i < 8; i++) {
      browser.press("+");
    }
    int scale = number(browser.script("return Math.round(report.map.view.scale)"));
    assertThat(scale).isEqualTo(48);
    assertThat(count("#map", LIGHT_CACHE_SVM)).isGreaterThan(1500).isGreaterThan(before);
    browser.press("0");
    assertThat(count("#map", LIGHT_CACHE_SVM)).isEqualTo(before);
  }

  @Test
  void withKeysAloneEverythingCanBeReached() {
    String page = browser.text("#page h3");
    browser.press("n");
    assertThat(browser.text("#page h3")).isNotEqualTo(page);
    browser.press("p");
    assertThat(browser.text("#page h3")).isEqualTo(page);

    browser.press("m", Keys.ARROW_RIGHT);
    assertThat(address()).isEqualTo(addressOf(page) + 4096);
    browser.press(Keys.ARROW_LEFT);
    assertThat(browser.text("#page h3")).isEqualTo(page);

    browser.press(".");
    assertThat(browser.text("#at")).startsWith("checkpoint 4:");
    browser.press(",", ",");
    assertThat(browser.text("#at")).startsWith("checkpoint 2:");
    browser.press("]");
    assertThat(browser.text("#at")).startsWith("checkpoint 3:");

    browser.press("f");
    assertThat(browser.text(".finding.now")).contains("checkpoint 3");
    browser.press("?");
    assertThat(browser.text("#help")).contains("next finding");
    browser.press(Keys.ESCAPE);
    assertThat(browser.find("#help").isDisplayed()).isFalse();
    browser.tabTo("slider");
    browser.tabTo("map");
  }

  @Test
  void aFindingShowsTheBytesOfAllMemoriesWhereTheyDiffer() {
    String finding = browser.text(".finding");
    assertThat(finding)
        .startsWith("not flushed")
        .contains("breaks I4")
        .contains("I4: after the flush PVM, cache and SVM are equal.")
        .contains("Pages of pc.ram:")
        .contains("colotape show 'pair </script><b>six</b>' --block pc.ram --pages");
    assertThat(browser.text(".finding .hex")).contains("PVM = cache").contains("SVM RAM");
    assertThat(browser.texts(".finding .hex .unlike")).hasSizeGreaterThanOrEqualTo(2);
  }

  @Test
  void aPageOfAFindingIsAClickAway() {
    browser.press(",", ",");
    browser.click(".finding p .link");
    assertThat(browser.text("#at")).startsWith("checkpoint 3:");
    assertThat(browser.text("#page")).contains("SVM RAM is not the cache");
  }

  @Test
  void theProtocolIsThereAsASequenceOfMessages() {
    List<String> names =
        browser.texts(".sequence .name").stream().filter(n -> !n.endsWith("observed")).toList();
    assertThat(names)
        .containsSubsequence(
            "CHECKPOINT_REQUEST",
            "CHECKPOINT_REPLY",
            "VMSTATE_SEND",
            "RAM",
            "VMSTATE_SIZE",
            "device state",
            "VMSTATE_RECEIVED",
            "flush",
            "VMSTATE_LOADED",
            "checkpoint whole");
    assertThat(browser.find(".sequence .svm-to-pvm").getText()).isEqualTo("CHECKPOINT_REPLY");
    assertThat(browser.text(".sequence .arrow.ram")).matches("(?s)RAM\\s+[0-9]+ pages: .*");
  }

  @Test
  void itIsLightOrDark() throws IOException {
    assertThat(count("#map", DARK_CACHE_SVM)).isZero();
    int light = brightness();
    browser.click("#theme");
    assertThat(count("#map", DARK_CACHE_SVM)).isPositive();
    assertThat(brightness()).isLessThan(light / 2);
    Files.write(Path.of("target", "report-dark.png"), browser.screenshot());
    browser.press("t");
    assertThat(brightness()).isEqualTo(light);
    Files.write(Path.of("target", "report-light.png"), browser.screenshot());
  }

  @Test
  void theTableSaysWhatTheChartsShow() {
    browser.click("#table summary");
    assertThat(browser.texts("#table tbody tr")).hasSize(7);
    assertThat(browser.texts("#table tr.diverged")).hasSize(4);
    browser.click("#table #row-2 .link");
    assertThat(browser.text("#at")).startsWith("checkpoint 2:");
  }

  @Test
  void nothingIsLoadedAndNamesAreNoMarkup() {
    assertThat(browser.script("return performance.getEntriesByType('resource').length"))
        .isEqualTo(0L);
    assertThat(browser.text("#recording")).isEqualTo("pair </script><b>six</b>");
    assertThat(browser.texts("#recording b")).isEmpty();
  }

  private static long address() {
    return addressOf(browser.text("#page h3"));
  }

  private static long addressOf(String page) {
    return Long.parseLong(page.substring(page.indexOf("0x") + 2), 16);
  }

  private static String hex(long number) {
    return Long.toHexString(number);
  }

  private static int number(Object value) {
    return ((Number) value).intValue();
  }

  /** How many pixels of an element have a colour. */
  private static int count(String selector, int colour) throws IOException {
    BufferedImage image = browser.picture(selector);
    int found = 0;
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        if ((image.getRGB(x, y) & 0xffffff) == colour) {
          found++;
        }
      }
    }
    return found;
  }

  /** Of the verdict's background, 0 to 255. */
  private static int brightness() throws IOException {
    return browser.picture("#facts").getRGB(0, 0) & 0xff;
  }
}
