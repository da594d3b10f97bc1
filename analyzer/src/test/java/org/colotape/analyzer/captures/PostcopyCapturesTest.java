package org.colotape.analyzer.captures;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.colotape.analyzer.conformance.Conformance;
import org.colotape.analyzer.conformance.Finding;
import org.colotape.analyzer.conformance.Severity;
import org.colotape.replayer.fixture.EventList;
import org.colotape.replayer.memory.ScratchSpace;
import org.colotape.replayer.postcopy.Discard;
import org.colotape.replayer.replay.CheckpointReached;
import org.colotape.replayer.replay.ObservationListener;
import org.colotape.replayer.replay.Replay;
import org.colotape.replayer.replay.ReplayError;
import org.colotape.replayer.replay.ReplaySettings;
import org.colotape.replayer.rules.RuleSet;
import org.colotape.schema.event.Direction;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.MigCommand;
import org.colotape.schema.event.Page;
import org.colotape.schema.wire.MigrationCommand;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Postcopy of real QEMU 7.2 with a busy guest: with a preempt channel, and lost and resumed. */
class PostcopyCapturesTest {
  private static final String RAM = "ram";
  private static final String PREEMPT = "7.2-postcopy-preempt";
  private static final String RECOVER = "7.2-postcopy-recover";
  private static final String BOTH = "7.2-postcopy-preempt-recover";
  private static final int RUN = 5;

  @TempDir Path scratch;

  @ParameterizedTest
  @ValueSource(strings = {PREEMPT, RECOVER, BOTH})
  void ramBehindTheLastPageIsThatOfTheStoppedSource(String name) throws IOException {
    Capture capture = Capture.kept(name);
    try (Replay replay = replay(capture.record())) {
      CheckpointReached reached = Objects.requireNonNull(replay.next());

      assertThat(replay.loadError()).isNull();
      assertThat(reached.complete()).isTrue();
      assertThat(replay.svm().block(RAM).sha256()).isEqualTo(capture.ramSha256AtEnd());
    }
  }

  @Test
  void pagesThatTheSecondaryAsksForComeOnTheChannelBesideTheMainOne() throws IOException {
    List<Event> events = Capture.kept(PREEMPT).record();

    List<Event> urgent = pages(events).filter(event -> event.getChannel() == 1).toList();
    List<Event> requests =
        events.stream()
            .filter(event -> event.getKind() == Kind.RETURN_MESSAGE)
            .filter(event -> event.getReply().getName().startsWith("REQ_PAGES"))
            .toList();

    assertThat(urgent).hasSizeGreaterThan(50);
    assertThat(requests).hasSizeGreaterThan(100);
    assertThat(events).noneMatch(event -> event.getKind() == Kind.OPAQUE);
    assertThat(urgent.getFirst().getSeq()).isGreaterThan(seqOf(events, RUN));
  }

  @ParameterizedTest
  @ValueSource(strings = {PREEMPT, "7.2-postcopy"})
  void behindRunEachPageComesOnceAndIsOneThatWasDiscarded(String name) throws IOException {
    List<Event> events =
        name.equals(PREEMPT) ? Capture.kept(name).record() : Capture.named(name).record();
    BitSet discarded = discarded(events);
    long run = seqOf(events, RUN);

    BitSet sent = new BitSet();
    List<Event> late = pages(events).filter(event -> event.getSeq() > run).toList();
    for (Event event : late) {
      Page page = event.getPage();
      if (page.getBlock().equals(RAM)) {
        int first = (int) (page.getOffset() / page.getPageSize());
        assertThat(sent.get(first, first + page.getPages()).isEmpty()).isTrue();
        sent.set(first, first + page.getPages());
      }
    }

    assertThat(discarded.isEmpty()).isFalse();
    assertThat(sent).isEqualTo(discarded);
  }

  @Test
  void pagesOfTheOtherChannelMayBeReplayedAtAnyTimeBehindRun() throws IOException {
    Capture capture = Capture.kept(PREEMPT);
    List<Event> events = capture.record();
    List<Event> urgent = pages(events).filter(event -> event.getChannel() == 1).toList();
    long end =
        events.stream()
            .filter(event -> event.getKind() == Kind.END_OF_SECTIONS)
            .findFirst()
            .orElseThrow()
            .getSeq();
    List<Event> late = new ArrayList<>(events);
    late.removeAll(urgent);
    int place = 0;
    while (late.get(place).getSeq() != end) {
      place++;
    }
    late.addAll(place, urgent);

    try (Replay replay = replay(renumbered(late))) {
      replay.next();

      assertThat(replay.loadError()).isNull();
      assertThat(replay.svm().block(RAM).sha256()).isEqualTo(capture.ramSha256AtEnd());
    }
  }

  @Test
  void aRecordingThatLacksTheOtherChannelIsNotTakenForWhole() throws IOException {
    try (Replay replay = replay(Capture.kept(PREEMPT).recordMainChannel())) {
      replay.next();

      ReplayError error = Objects.requireNonNull(replay.loadError());
      assertThat(error.reason()).isEqualTo(ReplayError.Reason.MISSING_CHANNEL);
      assertThat(error.detail()).contains("discarded for postcopy and never came");
    }
  }

  @Test
  void aMigrationThatWasLostAndNotResumedIsNotWhole() throws IOException {
    Capture capture = Capture.kept(RECOVER);
    try (Replay replay = replay(capture.recordMainChannel())) {
      CheckpointReached reached = Objects.requireNonNull(replay.next());

      assertThat(reached.complete()).isFalse();
      assertThat(replay.svm().block(RAM).sha256()).isNotEqualTo(capture.ramSha256AtEnd());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {RECOVER, BOTH})
  void theConnectionThatResumesIsParsedWithWhatWasSaidBefore(String name) throws IOException {
    List<Event> events = Capture.kept(name).record();
    int resumed = name.equals(RECOVER) ? 1 : 2;

    List<Event> behind =
        events.stream()
            .filter(event -> event.getChannel() == resumed)
            .filter(event -> event.getDirection() == Direction.PVM_TO_SVM)
            .toList();

    assertThat(behind).noneMatch(event -> event.getKind() == Kind.OPAQUE);
    assertThat(behind.stream().filter(event -> event.getKind() == Kind.MIG_COMMAND))
        .extracting(event -> event.getCommand().getName())
        .containsOnly("RECV_BITMAP", "POSTCOPY_RESUME");
    assertThat(pages(behind).count()).isGreaterThan(10);
    assertThat(behind.getLast().getChannelEnd().getAtBoundary()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {PREEMPT, RECOVER, BOTH})
  void noRuleOfTheStreamIsBrokenButThatAConnectionWasLost(String name) throws IOException {
    List<Finding> findings = new ArrayList<>();
    try (Conformance rules = Conformance.ofSession(10, findings::add)) {
      Capture.kept(name).record().forEach(rules::accept);
      rules.seal();
    }

    assertThat(findings.stream().filter(finding -> finding.rule().severity() != Severity.INFO))
        .extracting(finding -> finding.rule().id())
        .isEqualTo(name.equals(PREEMPT) ? List.of() : List.of("postcopy-cut"));
  }

  private static BitSet discarded(List<Event> events) {
    BitSet discarded = new BitSet();
    for (Event event : events) {
      if (MigrationCommand.POSTCOPY_RAM_DISCARD.is(event)) {
        Discard discard = Objects.requireNonNull(Discard.of(event));
        if (discard.block().equals(RAM)) {
          for (Discard.Range range : discard.ranges()) {
            discarded.set(
                (int) (range.offset() / 4096), (int) ((range.offset() + range.length()) / 4096));
          }
        }
      }
    }
    return discarded;
  }

  private static Stream<Event> pages(List<Event> events) {
    return events.stream().filter(event -> event.getKind() == Kind.PAGE);
  }

  private static long seqOf(List<Event> events, int command) {
    return events.stream()
        .filter(event -> event.getKind() == Kind.MIG_COMMAND)
        .filter(event -> isCommand(event.getCommand(), command))
        .findFirst()
        .orElseThrow()
        .getSeq();
  }

  private static boolean isCommand(MigCommand command, int number) {
    return command.getCommand() == number;
  }

  private static List<Event> renumbered(List<Event> events) {
    List<Event> copies = new ArrayList<>();
    for (Event event : events) {
      Event copy = Event.newBuilder(event).build();
      copy.setSeq(copies.size());
      copies.add(copy);
    }
    return copies;
  }

  private Replay replay(List<Event> events) {
    return new Replay(
        new EventList(events),
        ReplaySettings.of(RuleSet.QEMU, new ScratchSpace(scratch)),
        ObservationListener.NONE);
  }
}
