package org.colotape.analyzer.report.html;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reports of healthy, live and large recordings. */
class OtherReportsTest {
  @TempDir Path folder;

  @Test
  void aHealthyPairIsInStepAndHasNoFindings() throws IOException {
    try (Browser browser = Browser.start(folder.resolve("profile"))) {
      browser.open(Reports.simulated(folder, "healthy", null));
      assertThat(browser.text("#outcome")).contains("in step");
      assertThat(browser.text("#findings")).isEqualTo("Nothing was found.");
      assertThat(browser.text("#at")).startsWith("checkpoint 6:").contains("no page differs");
      assertThat(browser.text("#untimed")).contains("no times");
      assertThat(browser.console()).isEmpty();
    }
  }

  @Test
  void aHundredThousandPagesAndTwoHundredCheckpointsOfALivePairAreShown() throws IOException {
    try (Browser browser = Browser.start(folder.resolve("profile"))) {
      browser.open(Reports.made(folder, 100_000, 200));
      assertThat(browser.text("#at"))
          .startsWith("checkpoint 100: ")
          .contains(", paused for ")
          .contains("pages differ (PVM observed, cache observed, SVM RAM observed)");
      assertThat(browser.texts("#charts figcaption")).hasSize(4);
      assertThat(browser.text("#page")).contains("SVM RAM is not the cache");
      browser.press("m", "+", "+", "+", "n", ".");
      assertThat(browser.text("#at")).startsWith("checkpoint 101: ");
      assertThat(browser.console()).isEmpty();
    }
  }
}
