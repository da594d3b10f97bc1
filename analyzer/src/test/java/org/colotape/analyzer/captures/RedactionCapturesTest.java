package org.colotape.analyzer.captures;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.colotape.analyzer.diff.BlockComparison;
import org.colotape.analyzer.diff.MemoryPair;
import org.colotape.analyzer.verdict.Analysis;
import org.colotape.analyzer.verdict.AnalysisSettings;
import org.colotape.analyzer.verdict.CheckpointVerdict;
import org.colotape.analyzer.verdict.CheckpointVerdict.Compared;
import org.colotape.analyzer.verdict.RecordingVerdict;
import org.colotape.replayer.fixture.EventList;
import org.colotape.replayer.memory.ScratchSpace;
import org.colotape.replayer.redaction.RedactedSource;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.Page;
import org.colotape.schema.event.PageEncoding;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A redacted recording tells the same of real pairs, and nothing of what their memory held. */
class RedactionCapturesTest {
  private static final String WORD = "redacted";

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"7.2-colo-verify", "10.0-colo-verify-kvm", "7.2-colo-xbzrle"})
  void theSamePagesDifferAtTheSameCheckpoints(String name) throws IOException {
    List<Event> whole = Capture.named(name).recordObserved();
    List<Event> redacted = redact(whole);

    RecordingVerdict expected = verdict(whole);
    RecordingVerdict actual = verdict(redacted);
    assertThat(actual.outcome()).isEqualTo(expected.outcome());
    assertThat(differing(actual)).isEqualTo(differing(expected)).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"7.2-colo-verify", "7.2-colo-xbzrle"})
  void everyPageThatIsNotZeroSaysThatItIsRedacted(String name) throws IOException {
    int redacted = 0;
    for (Event event : redact(Capture.named(name).record())) {
      if (event.getKind() == Kind.PAGE && event.getPage().getEncoding() != PageEncoding.ZERO) {
        Page page = event.getPage();
        assertThat(page.getEncoding()).isEqualTo(PageEncoding.RAW);
        byte[] contents = new byte[page.getPageSize()];
        ByteBuffer wire = event.getWire().duplicate();
        wire.position(wire.position() + page.getDataStart()).get(contents);
        assertThat(wire.hasRemaining()).isFalse();
        if (contents[0] != 0) {
          for (int row = 0; row < contents.length; row += 16) {
            assertThat(new String(contents, row, WORD.length(), StandardCharsets.ISO_8859_1))
                .isEqualTo(WORD);
          }
          redacted++;
        } else {
          assertThat(contents).containsOnly(0);
        }
      }
    }
    assertThat(redacted).isPositive();
  }

  private List<Event> redact(List<Event> whole) {
    List<Event> redacted = new ArrayList<>();
    try (RedactedSource source =
        new RedactedSource(new EventList(whole), new ScratchSpace(folder))) {
      source.forEach(redacted::add);
    }
    assertThat(redacted).hasSize(whole.size() + 1);
    return redacted;
  }

  private RecordingVerdict verdict(List<Event> events) {
    return Analysis.of(
        new EventList(events), AnalysisSettings.of(new ScratchSpace(folder)), checkpoint -> {});
  }

  /** Each checkpoint, block and pair of memories with the pages that differ. */
  private static List<String> differing(RecordingVerdict verdict) {
    List<String> lines = new ArrayList<>();
    for (CheckpointVerdict checkpoint : verdict.checkpoints()) {
      if (checkpoint instanceof Compared compared) {
        for (BlockComparison block : compared.blocks()) {
          for (MemoryPair pair : MemoryPair.values()) {
            lines.add(
                "%d %s %s %s"
                    .formatted(
                        compared.checkpoint(),
                        block.block(),
                        pair,
                        block.differing(pair).ranges()));
          }
        }
      }
    }
    return lines;
  }
}
