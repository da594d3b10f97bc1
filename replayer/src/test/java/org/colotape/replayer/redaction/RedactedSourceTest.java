package org.colotape.replayer.redaction;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.colotape.replayer.fixture.EventList;
import org.colotape.replayer.fixture.RandomScript;
import org.colotape.replayer.fixture.Seeds;
import org.colotape.replayer.memory.GuestMemory;
import org.colotape.replayer.memory.RamBlockMemory;
import org.colotape.replayer.memory.ScratchSpace;
import org.colotape.replayer.replay.ObservationListener;
import org.colotape.replayer.replay.Replay;
import org.colotape.replayer.replay.ReplaySettings;
import org.colotape.replayer.rules.RuleSet;
import org.colotape.schema.digest.PageDigest;
import org.colotape.schema.event.Event;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RedactedSourceTest {
  private static final byte[] SALT = {1, 2, 3};

  @TempDir Path folder;

  static LongStream seeds() {
    return Seeds.some(6);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void everyPageOfEveryMemoryBecomesWhatStandsForItAtEveryCheckpoint(long seed) {
    List<Event> whole = new RandomScript(new Random(seed)).recording(3).events();
    Redactor redactor = new Redactor(SALT);

    List<Map<String, PageDigest>> expected = new ArrayList<>();
    for (Map<String, PageDigest> checkpoint : pages(whole)) {
      Map<String, PageDigest> stands = new HashMap<>();
      checkpoint.forEach((page, digest) -> stands.put(page, redactor.redact(digest, 4096)));
      expected.add(stands);
    }

    assertThat(pages(redact(whole, redactor))).isEqualTo(expected).hasSize(4);
  }

  @Test
  void twoSaltsMakeDifferentPagesOfTheSame() {
    byte[] page = new byte[4096];
    page[7] = 1;
    byte[] first = new Redactor(SALT).redact(page);
    assertThat(first).isEqualTo(new Redactor(SALT).redact(page)).isNotEqualTo(page);
    assertThat(first).isNotEqualTo(Redactor.secret().redact(page));
  }

  @Test
  void zerosStayZeros() {
    assertThat(new Redactor(SALT).redact(new byte[4096])).hasSize(4096).containsOnly(0);
  }

  private List<Event> redact(List<Event> whole, Redactor redactor) {
    List<Event> events = new ArrayList<>();
    try (RedactedSource source =
        new RedactedSource(new EventList(whole), new ScratchSpace(folder), redactor)) {
      source.forEach(events::add);
    }
    return events;
  }

  /** The digest of each page of each memory, by checkpoint. */
  private List<Map<String, PageDigest>> pages(List<Event> events) {
    ReplaySettings settings =
        ReplaySettings.of(RuleSet.QEMU, new ScratchSpace(folder)).withPvmModel();
    List<Map<String, PageDigest>> checkpoints = new ArrayList<>();
    try (Replay replay = new Replay(new EventList(events), settings, ObservationListener.NONE)) {
      while (replay.next() != null) {
        Map<String, PageDigest> pages = new HashMap<>();
        for (GuestMemory memory : List.of(replay.svm(), replay.cache(), replay.pvm())) {
          for (RamBlockMemory block : memory.blocks()) {
            for (int page = 0; page < block.pages(); page++) {
              pages.put(memory.kind() + block.name() + page, block.pageDigest(page));
            }
          }
        }
        checkpoints.add(pages);
      }
    }
    return checkpoints;
  }
}
