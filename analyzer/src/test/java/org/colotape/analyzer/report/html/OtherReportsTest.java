package org.colotape.analyzer.report.html;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reports of healthy, live and large recordings. */
class OtherReportsTest {
  @TempDir static Path folder;
  private static Browser browser;

  @BeforeAll
  static void start() {
    browser = Browser.start(folder.resolve("profile"));
  }

  @AfterAll
  static void stop() {
    if (browser != null) {
      browser.close();
    }
  }

  @AfterEach
  void thePageComplainsOfNothing() {
    assertThat(browser.console()).isEmpty();
  }

  @Test
  void aHealthyPairIsInStepAndHasNoFindings() throws IOException {
    browser.open(Reports.simulated(folder, "healthy", null));
    assertThat(browser.text("#outcome")).contains("in step");
    assertThat(browser.text("#findings")).isEqualTo("Nothing was found.");
    assertThat(browser.text("#at")).startsWith("checkpoint 6:").contains("no page differs");
    assertThat(browser.text("#untimed")).contains("no times");
  }

  @Test
  void aHundredThousandPagesAndTwoHundredCheckpointsOfALivePairAreShown() throws IOException {
    browser.open(Reports.made(folder, 100_000, 200));
    assertThat(browser.text("#at"))
        .startsWith("checkpoint 100: ")
        .contains(", paused for ")
        .contains("pages differ (PVM observed, cache observed, SVM RAM observed)");
    assertThat(browser.texts("#charts figcaption")).hasSize(4);
    assertThat(browser.text("#page")).contains("SVM RAM is not the cache");
    browser.press("m", "+", "+", "+", "n", ".");
    assertThat(browser.text("#at")).startsWith("checkpoint 101: ");
  }
}
