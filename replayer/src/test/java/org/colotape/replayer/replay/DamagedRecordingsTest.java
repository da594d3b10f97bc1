package org.colotape.replayer.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.colotape.replayer.fixture.EventList;
import org.colotape.replayer.fixture.EventScript;
import org.colotape.replayer.fixture.RandomScript;
import org.colotape.replayer.fixture.Seeds;
import org.colotape.replayer.memory.BlockDigest;
import org.colotape.replayer.memory.ScratchSpace;
import org.colotape.replayer.rules.RuleSet;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.check.EventCheck;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.Page;
import org.colotape.schema.event.PageEncoding;
import org.colotape.schema.event.PagePacket;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever stands in the events, a replay ends in a state that the secondary could have, or says
 * what is wrong.
 */
class DamagedRecordingsTest {
  @TempDir Path scratch;

  static LongStream seeds() {
    return Seeds.some(30);
  }

  private Replay replay(List<Event> events) {
    ReplaySettings settings =
        ReplaySettings.of(RuleSet.QEMU, new ScratchSpace(scratch)).withPvmModel().withLastWriters();
    return new Replay(new EventList(events), settings, ObservationListener.NONE);
  }

  private static List<BlockDigest> svmDigests(Replay replay) {
    return replay.svm().blocks().stream().map(block -> block.digest()).toList();
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void damagedPagesOfTheLastCheckpointNeverReachSvmRam(long seed) {
    Random random = new Random(seed);
    List<Event> events = new ArrayList<>(new RandomScript(random).recording(2).events());
    Set<List<BlockDigest>> sound = new HashSet<>();
    try (Replay replay = replay(events)) {
      for (CheckpointReached at = replay.next(); at != null; at = replay.next()) {
        sound.add(svmDigests(replay));
      }
    }
    List<Integer> pages = new ArrayList<>();
    for (Event event : events) {
      if (event.getKind() == Kind.PAGE && event.getCheckpoint() == 2) {
        pages.add((int) event.getSeq());
      }
    }
    int damaged = pages.get(random.nextInt(pages.size()));
    events.set(damaged, outOfPlace(events.get(damaged), random));
    try (Replay replay = replay(events)) {
      for (CheckpointReached at = replay.next(); at != null; at = replay.next()) {
        assertThat(sound).contains(svmDigests(replay));
      }
      ReplayError error = replay.loadError();
      assertThat(error).isNotNull().extracting(ReplayError::seq).isEqualTo((long) damaged);
    }
  }

  /** The page event with a change that no secondary accepts. */
  private static Event outOfPlace(Event event, Random random) {
    Page page = Page.newBuilder(event.getPage()).build();
    page.setPages(1);
    switch (random.nextInt(5)) {
      case 0 -> page.setOffset(page.getOffset() | (1L << (20 + random.nextInt(43))) | (1L << 40));
      case 1 -> page.setBlock("ram" + random.nextInt(10));
      case 2 -> {
        page.setEncoding(PageEncoding.ZSTD_STREAM);
        page.setPacket(new PagePacket(0L, random.nextInt(3)));
      }
      case 3 -> {
        page.setEncoding(PageEncoding.RAW);
        page.setDataStart(event.getWire().remaining());
      }
      default -> page.setPageSize(Integer.highestOneBit(1 + random.nextInt(EventScript.PAGE - 1)));
    }
    Event damaged = Event.newBuilder(event).setPage(page).build();
    EventCheck.check(damaged, () -> "test");
    return damaged;
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void eventsInAnyOrderAndWithAnySoundContentsNeverBreakTheReplayer(long seed) {
    Random random = new Random(seed);
    List<Event> events = new ArrayList<>();
    for (Event event : new RandomScript(random).recording(3).events()) {
      if (random.nextInt(20) > 0) {
        events.add(random.nextInt(10) == 0 ? damaged(event, random) : event);
      }
      if (random.nextInt(50) == 0) {
        events.add(event);
      }
    }
    List<Event> numbered = new ArrayList<>();
    for (Event event : events) {
      Event next = Event.newBuilder(event).setSeq(numbered.size()).build();
      if (isSound(next)) {
        numbered.add(next);
      }
    }
    try (Replay replay = replay(numbered)) {
      for (CheckpointReached at = replay.next(); at != null; at = replay.next()) {
        assertThat(at.lastSeq()).isLessThan(numbered.size());
        assertThat(svmDigests(replay)).isNotNull();
      }
    } catch (ColotapeException e) {
      assertThat(e).hasMessageContaining("event");
    }
  }

  /** What is not does not get into the program. */
  private static boolean isSound(Event event) {
    try {
      EventCheck.check(event, () -> "test");
      return true;
    } catch (ColotapeException e) {
      return false;
    }
  }

  private static Event damaged(Event event, Random random) {
    Event.Builder damaged = Event.newBuilder(event);
    switch (random.nextInt(5)) {
      case 0 -> damaged.setKind(List.of(Kind.values()).get(random.nextInt(Kind.values().length)));
      case 1 -> damaged.setCheckpoint(random.nextInt());
      case 2 -> {
        byte[] wire = new byte[random.nextInt(5000)];
        random.nextBytes(wire);
        damaged.setWire(ByteBuffer.wrap(wire));
      }
      case 3 -> damaged.setStreamOffset(random.nextLong());
      default -> {
        if (event.getKind() == Kind.PAGE) {
          return outOfPlace(event, random);
        }
      }
    }
    return damaged.build();
  }
}
