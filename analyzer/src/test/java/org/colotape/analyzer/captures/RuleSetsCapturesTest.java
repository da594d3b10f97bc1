package org.colotape.analyzer.captures;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.colotape.replayer.fixture.EventList;
import org.colotape.replayer.memory.GuestMemory;
import org.colotape.replayer.memory.RamBlockMemory;
import org.colotape.replayer.memory.ScratchSpace;
import org.colotape.replayer.replay.CheckpointReached;
import org.colotape.replayer.replay.ObservationListener;
import org.colotape.replayer.replay.Replay;
import org.colotape.replayer.replay.ReplaySettings;
import org.colotape.replayer.rules.RuleSet;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.Page;
import org.colotape.schema.event.PageEncoding;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the two rule sets make of the same real stream. */
class RuleSetsCapturesTest {
  @TempDir Path scratch;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10.0-colo-oldmachine",
        "10.0-colo-quiet-kvm",
        "10.0-colo-verify-kvm",
        "7.2-colo-quiet-tcg",
        "7.2-colo-verify",
        "7.2-colo-verify-kvm"
      })
  void seed2018MissesInTheCacheExactlyWhatWasSentBeforeColoAndNotSince(String name)
      throws IOException {
    List<Event> events = Capture.named(name).record();
    Map<String, BitSet> expected = new HashMap<>();
    int missed = 0;
    try (Replay qemu = replay(events, RuleSet.QEMU);
        Replay seed = replay(events, RuleSet.SEED_2018)) {
      for (CheckpointReached at = qemu.next(); at != null; at = qemu.next()) {
        assertThat(seed.next()).isEqualTo(at);
        follow(events, at.checkpoint(), expected);
        for (RamBlockMemory block : qemu.cache().blocks()) {
          BitSet differing = differing(block, seed.cache());
          assertThat(differing).isEqualTo(expected.getOrDefault(block.name(), new BitSet()));
          missed += differing.cardinality();
        }
        for (RamBlockMemory block : qemu.svm().blocks()) {
          assertThat(differing(block, seed.svm()).stream()).isEmpty();
        }
      }
    }
    assertThat(missed).isPositive();
  }

  /**
   * Brings the expectation up to the end of a checkpoint from the events alone: pages with
   * something else than zeros sent in the initial migration, less those sent again in COLO state.
   */
  private static void follow(List<Event> events, int checkpoint, Map<String, BitSet> expected) {
    for (Event event : events) {
      if (event.getKind() != Kind.PAGE || event.getCheckpoint() != checkpoint) {
        continue;
      }
      Page page = event.getPage();
      int first = (int) (page.getOffset() / page.getPageSize());
      boolean missing = checkpoint == 0 && !isZero(event);
      expected
          .computeIfAbsent(page.getBlock(), name -> new BitSet())
          .set(first, first + page.getPages(), missing);
    }
  }

  private static boolean isZero(Event event) {
    if (event.getPage().getEncoding() == PageEncoding.ZERO) {
      return true;
    }
    assertThat(event.getPage().getEncoding()).isEqualTo(PageEncoding.RAW);
    ByteBuffer contents = event.getWire().slice();
    contents.position(event.getPage().getDataStart());
    while (contents.hasRemaining()) {
      if (contents.get() != 0) {
        return false;
      }
    }
    return true;
  }

  private static BitSet differing(RamBlockMemory block, GuestMemory other) {
    BitSet differing = new BitSet();
    for (int page = 0; page < block.pages(); page++) {
      if (block.mismatch(page, other.block(block.name())) >= 0) {
        differing.set(page);
      }
    }
    return differing;
  }

  private Replay replay(List<Event> events, RuleSet rules) {
    return new Replay(
        new EventList(events),
        ReplaySettings.of(rules, new ScratchSpace(scratch)),
        ObservationListener.NONE);
  }
}
