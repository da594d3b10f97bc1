package org.colotape.replayer.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.colotape.replayer.fixture.EventScript.PAGE;
import static org.colotape.replayer.fixture.Replays.byteAt;
import static org.colotape.replayer.fixture.Replays.finish;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.colotape.replayer.fixture.EventList;
import org.colotape.replayer.fixture.EventScript;
import org.colotape.replayer.memory.ScratchSpace;
import org.colotape.replayer.replay.ReplayError.Reason;
import org.colotape.replayer.rules.RuleSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The secondary in postcopy, as QEMU migration/savevm.c and migration/ram.c have it. */
class PostcopyTest {
  private static final String RAM = "ram";

  @TempDir Path scratch;

  @Test
  void whatIsDiscardedReadsAsZerosUntilItComesAgain() {
    EventScript script = precopied().discard(RAM, PAGE, 2 * PAGE).postcopyRun();

    try (Replay replay = replay(script)) {
      finish(replay);

      assertThat(byteAt(replay.svm(), RAM, 0)).isEqualTo(0x10);
      assertThat(byteAt(replay.svm(), RAM, PAGE)).isZero();
      assertThat(byteAt(replay.svm(), RAM, 2 * PAGE)).isZero();
      assertThat(byteAt(replay.svm(), RAM, 3 * PAGE)).isEqualTo(0x13);
    }
    script.raw(RAM, 2 * PAGE, 0x22).zero(RAM, PAGE, 1).endOfSections().seal(true);
    try (Replay replay = replay(script)) {
      finish(replay);

      assertThat(replay.loadError()).isNull();
      assertThat(byteAt(replay.svm(), RAM, PAGE)).isZero();
      assertThat(byteAt(replay.svm(), RAM, 2 * PAGE)).isEqualTo(0x22);
    }
  }

  @Test
  void aDiscardIsCitedAsWhatLastWroteThePage() {
    EventScript script = precopied().discard(RAM, PAGE, PAGE);
    long discard = script.events().getLast().getSeq();

    try (Replay replay = replay(script)) {
      finish(replay);

      assertThat(writerOf(replay, 1)).isEqualTo(discard);
      assertThat(writerOf(replay, 2)).isLessThan(discard);
    }
  }

  @Test
  void aDiscardOfTebibytesCostsWhatOneOfAPageDoes() {
    long length = (8L << 40) - (8L << 30);
    EventScript script = EventScript.withoutReturnPath().block(RAM, length).raw(RAM, PAGE, 0x11);
    script.discard(RAM, 0, length).discard(RAM, 0, length).postcopyRun();
    script.endOfSections().seal(false);

    try (Replay replay = replay(script)) {
      assertTimeoutPreemptively(Duration.ofSeconds(5), () -> finish(replay));

      assertThat(byteAt(replay.svm(), RAM, PAGE)).isZero();
      assertThat(Objects.requireNonNull(replay.loadError()).toString())
          .contains((length / PAGE) + " pages were discarded for postcopy and never came");
    }
  }

  @Test
  void aDiscardLeavesThePvmAsItIs() {
    try (Replay replay = replay(precopied().discard(RAM, PAGE, PAGE))) {
      finish(replay);

      assertThat(byteAt(replay.pvm(), RAM, PAGE)).isEqualTo(0x11);
    }
  }

  static Stream<Arguments> impossible() {
    return Stream.of(
        discards("beyond the end", Reason.ILLEGAL_OFFSET, s -> s.discard(RAM, 7 * PAGE, 2 * PAGE)),
        discards("off a boundary", Reason.ILLEGAL_OFFSET, s -> s.discard(RAM, 8, PAGE)),
        discards("of half a page", Reason.ILLEGAL_OFFSET, s -> s.discard(RAM, PAGE, PAGE / 2)),
        discards("negative", Reason.ILLEGAL_OFFSET, s -> s.discard(RAM, -PAGE, PAGE)),
        discards("endless", Reason.ILLEGAL_OFFSET, s -> s.discard(RAM, PAGE, -PAGE)),
        discards("of no block", Reason.UNKNOWN_BLOCK, s -> s.discard("rom", 0, PAGE)),
        discards("without ranges", Reason.BAD_COMMAND, s -> s.command(6, "x", new byte[6])),
        discards("of version 1", Reason.BAD_COMMAND, s -> s.command(6, "x", payload(1, 0, 16))),
        discards(
            "with an open name", Reason.BAD_COMMAND, s -> s.command(6, "x", payload(0, 9, 16))),
        discards("cut", Reason.BAD_COMMAND, s -> s.command(6, "x", payload(0, 0, 31))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("impossible")
  void aDiscardThatQemuRefusesEndsTheLoad(String name, Reason reason, Consumer<EventScript> bad) {
    EventScript script = precopied();
    bad.accept(script);

    try (Replay replay = replay(script.raw(RAM, 0, 0x77))) {
      finish(replay);

      assertThat(Objects.requireNonNull(replay.loadError()).reason()).isEqualTo(reason);
      assertThat(byteAt(replay.svm(), RAM, 0)).as("of a later page").isEqualTo(0x10);
    }
  }

  @Test
  void aPageThatWasDiscardedAndNeverCameMakesTheEndAnError() {
    EventScript script = precopied().discard(RAM, PAGE, 3 * PAGE).postcopyRun();

    try (Replay replay = replay(script.raw(RAM, PAGE, 0x21).endOfSections().seal(true))) {
      finish(replay);

      ReplayError error = Objects.requireNonNull(replay.loadError());
      assertThat(error.reason()).isEqualTo(Reason.MISSING_CHANNEL);
      assertThat(error.offset()).isEqualTo(2 * PAGE);
      assertThat(error.detail()).startsWith("2 pages were discarded");
    }
  }

  @Test
  void whatALostConnectionHasCutIsForgivenWhenTheMigrationResumes() {
    EventScript script = lost(1).channelEnd(1).postcopyResume().raw(RAM, PAGE, 0x31);

    try (Replay replay = replay(script.endOfSections().seal(true))) {
      finish(replay);

      assertThat(replay.loadError()).isNull();
      assertThat(byteAt(replay.svm(), RAM, PAGE)).isEqualTo(0x31);
    }
  }

  @Test
  void whatALostConnectionHasCutIsAnErrorWhenTheMigrationDoesNotResume() {
    try (Replay replay = replay(lost(1).channelEnd(1).seal(false))) {
      finish(replay);

      assertThat(Objects.requireNonNull(replay.loadError()).reason())
          .isEqualTo(Reason.UNPARSED_BYTES);
    }
  }

  @Test
  void bytesThatCouldNotBeParsedAndHaveMoreBehindThemWereNotCut() {
    EventScript script = lost(0).raw(RAM, PAGE, 0x31).postcopyResume();

    try (Replay replay = replay(script.endOfSections().seal(true))) {
      finish(replay);

      assertThat(Objects.requireNonNull(replay.loadError()).reason())
          .isEqualTo(Reason.UNPARSED_BYTES);
      assertThat(byteAt(replay.svm(), RAM, PAGE)).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void bytesThatCouldNotBeParsedBeforeRunAreAnErrorAtOnce(boolean resumes) {
    EventScript script = precopied().opaque(1, "cut").channelEnd(1);
    if (resumes) {
      script.postcopyRun().postcopyResume();
    }

    try (Replay replay = replay(script.seal(true))) {
      finish(replay);

      assertThat(Objects.requireNonNull(replay.loadError()).reason())
          .isEqualTo(Reason.UNPARSED_BYTES);
    }
  }

  @Test
  void aReplayThatIsSavedAnywhereInPostcopyEndsInTheSameStateAndError() throws IOException {
    List<EventScript> scripts =
        List.of(
            lost(1).channelEnd(1).postcopyResume().raw(RAM, PAGE, 0x31).endOfSections().seal(true),
            lost(1).channelEnd(1).seal(false),
            precopied().discard(RAM, PAGE, PAGE).postcopyRun().endOfSections().seal(true));
    for (EventScript script : scripts) {
      List<String> expected;
      try (Replay replay = replay(script)) {
        finish(replay);
        expected = state(replay);
      }
      for (int events = 1; events < script.events().size(); events++) {
        assertThat(resumed(script, events))
            .as("saved behind %d events", events)
            .isEqualTo(expected);
      }
    }
  }

  private List<String> resumed(EventScript script, int events) throws IOException {
    ByteArrayOutputStream saved = new ByteArrayOutputStream();
    try (Replay replay = replay(script)) {
      for (int i = 0; i < events; i++) {
        replay.step();
      }
      replay.save(new DataOutputStream(saved));
    }
    EventList rest = script.source();
    for (int i = 0; i < events; i++) {
      rest.next();
    }
    try (Replay replay = replay(rest)) {
      replay.load(new DataInputStream(new ByteArrayInputStream(saved.toByteArray())));
      finish(replay);
      return state(replay);
    }
  }

  private static List<String> state(Replay replay) {
    return List.of(
        String.valueOf(replay.loadError()), String.valueOf(replay.svm().block(RAM).digest()));
  }

  private static long writerOf(Replay replay, int page) {
    return Objects.requireNonNull(replay.svm().block(RAM).lastWriter(page)).seq();
  }

  /** Pages 0 to 7 of the block, page n filled with 0x10 + n. */
  private static EventScript precopied() {
    EventScript script = EventScript.withoutReturnPath().block(RAM, 8 * PAGE);
    for (int page = 0; page < 8; page++) {
      script.raw(RAM, (long) page * PAGE, 0x10 + page);
    }
    return script;
  }

  /** Postcopy that lacks page 1 when bytes of a channel can't be parsed. */
  private static EventScript lost(int channel) {
    return precopied().discard(RAM, PAGE, PAGE).postcopyRun().opaque(channel, "cut");
  }

  private static byte[] payload(int version, int nameLength, int rest) {
    byte[] payload = new byte[2 + 1 + rest];
    payload[0] = (byte) version;
    payload[1] = (byte) nameLength;
    return payload;
  }

  private static Arguments discards(String name, Reason reason, Consumer<EventScript> bad) {
    return Arguments.of(name, reason, bad);
  }

  private Replay replay(EventScript script) {
    return replay(script.source());
  }

  private Replay replay(EventList source) {
    ReplaySettings settings =
        ReplaySettings.of(RuleSet.QEMU, new ScratchSpace(scratch)).withPvmModel().withLastWriters();
    return new Replay(source, settings, ObservationListener.NONE);
  }
}
