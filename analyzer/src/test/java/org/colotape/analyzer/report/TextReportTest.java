package org.colotape.analyzer.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.colotape.analyzer.verdict.RecordingVerdict;
import org.colotape.replayer.memory.PageWriter;
import org.junit.jupiter.api.Test;

class TextReportTest {
  @Test
  void aRecordingInStepIsASentenceAndATableOfItsCheckpoints() {
    assertThat(TextReport.of(Verdicts.inStep()))
        .isEqualTo(
            """
            in step: PVM, cache and SVM agree at checkpoints 0..2 (PVM observed at 1)

            recording rec, rules qemu
            what is not observed: PVM as streamed, cache and SVM as replayed

            checkpoint       sent    written   compared  differing  observed
                     0         16         16         16          0  -
                     1          3          2          2          0  PVM ram
                     2          0          0          0          0  -
                     3          1          1          -          -  not compared: the recording ends or is damaged in it
            sent: pages in the stream; written: the same, each once;
            compared: pages that may have changed, or all of a memory seen for the first time: at 0, 1
            """);
  }

  @Test
  void aDivergenceIsCitedWithPagesBytesAndEvents() {
    PageWriter sent = new PageWriter(9, 0x90, 1);
    RecordingVerdict verdict = Verdicts.diverged(Verdicts.evidence("new value", "old value", sent));
    assertThat(TextReport.of(verdict))
        .startsWith(
            """
            diverged at checkpoint 1: 4 pages of ram differ between PVM (observed) and cache (replayed), the same between PVM (observed) and SVM (replayed)
            """)
        .endsWith(
            """

            differing pages at checkpoint 1
              ram, PVM/cache and PVM/SVM, 4 pages
                0x1000..0x3fff  0x5000..0x5fff

            page ram+0x1000: PVM (observed) and cache (replayed) differ from byte 0x20 on
              PVM    0x1020         6e 65 77 20 76 61 6c 75 65 00 00 00 00 00 00 00  new value.......
              cache  0x1020         6f 6c 64 20 76 61 6c 75 65 00 00 00 00 00 00 00  old value.......
                                    ^^ ^^ ^^
              PVM    0x1030         00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00  ................
              cache  0x1030         00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00  ................
              page sent last by event seq 9 at stream offset 0x90, checkpoint 1
              cache page written last by event seq 7 at stream offset 0x70, checkpoint 0
            """);
  }

  @Test
  void aPageThatWasNeverSentIsSaidToBeSo() {
    assertThat(TextReport.of(Verdicts.diverged(Verdicts.evidence("new", "old", null))))
        .contains("  page never sent in the stream\n");
  }

  @Test
  void aPageOfWhichOnlyTheDigestIsKnownIsReportedWithDigests() {
    assertThat(TextReport.of(Verdicts.diverged(Verdicts.evidence(null, "old", null))))
        .contains("page ram+0x1000: PVM (observed) and cache (replayed) differ\n")
        .contains("the recording has no bytes of it, only digests: 0000000000000000");
  }

  @Test
  void remarksComeLastAndAreNotEndless() {
    RecordingVerdict verdict = Verdicts.of(List.of(), Verdicts.remarks(23));
    assertThat(TextReport.of(verdict))
        .startsWith("undecided: no checkpoint could be compared\n")
        .contains("section 19")
        .doesNotContain("section 20")
        .endsWith("  and 3 more: see --json\n");
  }
}
