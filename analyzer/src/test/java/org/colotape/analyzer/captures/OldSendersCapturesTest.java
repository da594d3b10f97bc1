package org.colotape.analyzer.captures;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.colotape.analyzer.captures.Capture.Image;
import org.colotape.analyzer.verdict.Analysis;
import org.colotape.analyzer.verdict.AnalysisSettings;
import org.colotape.analyzer.verdict.RecordingVerdict;
import org.colotape.replayer.fixture.EventList;
import org.colotape.replayer.memory.RamBlockMemory;
import org.colotape.replayer.memory.ScratchSpace;
import org.colotape.replayer.replay.CheckpointReached;
import org.colotape.replayer.replay.ObservationListener;
import org.colotape.replayer.replay.Replay;
import org.colotape.replayer.replay.ReplaySettings;
import org.colotape.replayer.rules.RuleSet;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.PageEncoding;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is sent in another layout is the same memory: captures, laid out as old senders did. */
class OldSendersCapturesTest {
  private static final String RAM = "ram";

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"7.2-colo-verify-kvm", "7.2-colo-verify", "7.2-colo-xbzrle"})
  void memoriesAtEachCheckpointAreTheSameWithTheRamInTheBlob(String name) throws IOException {
    Capture capture = Capture.named(name);
    List<Event> events = capture.record();

    List<Event> relaid = relaid(capture);

    assertThat(relaid).noneMatch(event -> event.getKind() == Kind.OPAQUE);
    assertThat(relaid.stream().filter(event -> event.getKind() == Kind.STREAM_HEADER).count())
        .isEqualTo(1 + wholeCheckpoints(relaid));
    assertThat(states(relaid)).hasSizeGreaterThan(10).isEqualTo(states(events));
  }

  @Test
  void theCacheFlushedFromABlobIsTheRamOfThePvm() throws IOException {
    Capture capture = Capture.named("7.2-colo-verify-kvm");
    try (Replay replay = replay(relaid(capture))) {
      for (Image image : capture.images()) {
        CheckpointReached reached = Objects.requireNonNull(replay.advanceTo(image.checkpoint()));
        assertThat(reached.flushed()).isTrue();
        assertThat(image.differingFrom(replay.cache().block(RAM)).stream()).isEmpty();
        assertThat(image.differingFrom(replay.svm().block(RAM)).stream()).isEmpty();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"7.2-colo-verify-kvm", "7.2-colo-verify"})
  void theVerdictIsTheSameWithTheRamInTheBlob(String name) throws IOException {
    Capture capture = Capture.named(name);

    RecordingVerdict relaid = analyze(relaid(capture));
    RecordingVerdict expected = analyze(capture.record());

    assertThat(relaid.outcome()).isEqualTo(expected.outcome());
    assertThat(relaid.doubts()).isEqualTo(expected.doubts());
    assertThat(relaid.compared()).hasSameSizeAs(expected.compared());
  }

  @ParameterizedTest
  @ValueSource(strings = {"7.2-precopy-kvm", "7.2-precopy-exec", "10.0-precopy-kvm"})
  void pagesFilledWithOneByteAreTheMemoryOfTheStoppedSource(String name) throws IOException {
    Capture capture = Capture.named(name);

    List<Event> events =
        capture.recordRelaid(
            OldSender.withFilledPages(capture.mainStream()), folder.resolve("filled"));

    assertThat(events.stream().filter(event -> event.getKind() == Kind.PAGE))
        .filteredOn(event -> event.getPage().getEncoding() == PageEncoding.FILL)
        .isNotEmpty();
    try (Replay replay = replay(events)) {
      replay.next();
      assertThat(replay.loadError()).isNull();
      assertThat(replay.svm().block(RAM).sha256()).isEqualTo(capture.ramSha256AtEnd());
    }
  }

  private List<Event> relaid(Capture capture) throws IOException {
    return capture.recordRelaid(
        OldSender.withRamInTheBlob(capture.mainStream()), folder.resolve("relaid"));
  }

  private static long wholeCheckpoints(List<Event> events) {
    return events.stream()
        .filter(event -> event.getKind() == Kind.CHECKPOINT_SEALED)
        .filter(event -> event.getCheckpoint() > 0 && event.getSeal().getComplete())
        .count();
  }

  /** A line for each memory and block at each checkpoint. */
  private List<String> states(List<Event> events) {
    List<String> states = new ArrayList<>();
    try (Replay replay = replay(events)) {
      for (CheckpointReached at = replay.next(); at != null; at = replay.next()) {
        String where = at.checkpoint() + (at.flushed() ? " flushed " : " ");
        for (RamBlockMemory block : replay.svm().blocks()) {
          states.add(where + "svm " + block.name() + " " + block.digest());
        }
        for (RamBlockMemory block : replay.cache().blocks()) {
          states.add(where + "cache " + block.name() + " " + block.digest());
        }
      }
      assertThat(replay.loadError()).isNull();
    }
    return states;
  }

  private RecordingVerdict analyze(List<Event> events) {
    return Analysis.of(
        new EventList(events), AnalysisSettings.of(new ScratchSpace(folder)), checkpoint -> {});
  }

  private Replay replay(List<Event> events) {
    return new Replay(
        new EventList(events),
        ReplaySettings.of(RuleSet.QEMU, new ScratchSpace(folder)),
        ObservationListener.NONE);
  }
}
