package org.colotape.analyzer.captures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.colotape.analyzer.diff.BlockComparison;
import org.colotape.analyzer.diff.MemoryPair;
import org.colotape.analyzer.excerpt.ExcerptSource;
import org.colotape.analyzer.excerpt.Scope;
import org.colotape.analyzer.excerpt.SmallestExcerpt;
import org.colotape.analyzer.verdict.Analysis;
import org.colotape.analyzer.verdict.AnalysisSettings;
import org.colotape.analyzer.verdict.CheckpointVerdict.Compared;
import org.colotape.analyzer.verdict.RecordingVerdict;
import org.colotape.replayer.fixture.EventList;
import org.colotape.replayer.fixture.ListRecording;
import org.colotape.replayer.memory.RamBlockMemory;
import org.colotape.replayer.memory.ScratchSpace;
import org.colotape.replayer.replay.CheckpointReached;
import org.colotape.replayer.replay.ObservationListener;
import org.colotape.replayer.replay.Replay;
import org.colotape.replayer.replay.ReplaySettings;
import org.colotape.replayer.rules.RuleSet;
import org.colotape.replayer.timeline.SnapshotCache;
import org.colotape.replayer.timeline.Timeline;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.log.EventSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Excerpts of real recordings are replayed and analysed like the recordings themselves. */
@Execution(ExecutionMode.CONCURRENT)
class ExcerptCapturesTest {
  private static final String LOST_PAGES = "7.2-colo-verify";

  @TempDir Path scratch;

  @ParameterizedTest
  @CsvSource({
    "7.2-colo-verify, 1, 3",
    "7.2-colo-verify, 4, 14",
    "10.0-colo-multifd, 2, 3",
    "7.2-colo-xbzrle, 2, 4"
  })
  void memoriesOfAnExcerptAreThoseOfTheRecordingAtEachOfItsCheckpoints(
      String name, int from, int to) throws IOException {
    ListRecording recording = record(name);

    List<Event> excerpt = excerpt(recording, new Scope(from, to, List.of()));

    Map<Integer, String> whole = digests(recording.openFrom(0));
    Map<Integer, String> part = digests(new EventList(excerpt));
    assertThat(part.keySet())
        .containsExactlyElementsOf(
            whole.keySet().stream().filter(c -> c >= from && c <= to).toList());
    assertThat(whole).containsAllEntriesOf(part);
  }

  @Test
  void anExcerptOfAnExcerptIsWhatTheRecordingWouldHaveGiven() throws IOException {
    ListRecording recording = record(LOST_PAGES);
    List<Event> wide = excerpt(recording, new Scope(2, 9, List.of()));

    List<Event> narrow = excerpt(new ListRecording("wide", wide), new Scope(4, 5, List.of()));

    List<Event> direct = excerpt(recording, new Scope(4, 5, List.of()));
    assertThat(digests(new EventList(narrow))).isEqualTo(digests(new EventList(direct)));
    assertThat(alterations(narrow))
        .containsExactly("excerpt of checkpoints 2 to 9", "excerpt of checkpoints 4 to 5");
    assertThat(excerpt(new ListRecording("wide", wide), new Scope(2, 9, List.of())))
        .hasSameSizeAs(wide);
  }

  @Test
  void ofOtherBlocksAnExcerptHoldsNothing() throws IOException {
    List<Event> excerpt = excerpt(record(LOST_PAGES), new Scope(null, null, List.of("pc.bios")));

    try (Replay replay = replay(new EventList(excerpt))) {
      while (replay.next() != null) {
        assertThat(replay.svm().block("pc.bios").nextNonZero(0)).isNotNegative();
        assertThat(replay.svm().block("ram").nextNonZero(0)).isNegative();
        assertThat(replay.cache().block("ram").nextNonZero(0)).isNegative();
      }
    }
    assertThat(verdict(new EventList(excerpt)).firstDivergent()).isEmpty();
  }

  @Test
  void anExcerptThatCannotBeginThereIsRefusedInOneLine() throws IOException {
    assertThatThrownBy(() -> excerpt(record(LOST_PAGES), new Scope(99, null, List.of())))
        .isInstanceOf(ColotapeException.class)
        .hasMessageContaining("no checkpoint 98");
    assertThatThrownBy(() -> excerpt(record(LOST_PAGES), new Scope(2, 3, List.of("nosuch"))))
        .isInstanceOf(ColotapeException.class)
        .hasMessageContaining("no such RAM block");
    assertThatThrownBy(() -> excerpt(record(LOST_PAGES), new Scope(null, 0, List.of("nosuch"))))
        .isInstanceOf(ColotapeException.class)
        .hasMessageContaining("no such RAM block");
  }

  @Test
  void aTimelineAndItsSnapshotsGoAboutAnExcerpt(@TempDir Path snapshots) throws IOException {
    List<Event> excerpt = excerpt(record(LOST_PAGES), new Scope(3, 8, List.of()));
    Map<Integer, String> plain = digests(new EventList(excerpt));
    ReplaySettings settings = settings();
    try (Timeline timeline =
        new Timeline(
            new ListRecording("excerpt", excerpt),
            settings,
            SnapshotCache.in(snapshots).withSpacing(1))) {
      for (int checkpoint : List.of(8, 3, 6, 4)) {
        timeline.toCheckpoint(checkpoint);
        assertThat(plain.get(checkpoint)).startsWith(digest(timeline.svm().blocks()));
      }
    }
  }

  @Test
  void theSmallestExcerptShowsTheSameDivergencesWithAFractionOfTheEvents() throws IOException {
    ListRecording recording = record(LOST_PAGES);
    Scope scope = new Scope(3, 4, List.of());

    List<Event> smallest;
    AnalysisSettings settings = AnalysisSettings.of(new ScratchSpace(scratch));
    try (SmallestExcerpt found =
            SmallestExcerpt.of(recording, scope, settings, SnapshotCache.none(), text -> {});
        EventSource source = found.open()) {
      smallest = all(source);
    }

    Map<String, String> differing = differing(verdict(new EventList(smallest)));
    Map<String, String> ofWhole = differing(verdict(recording.openFrom(0)));
    assertThat(differing).isNotEmpty();
    assertThat(ofWhole).containsAllEntriesOf(differing);
    assertThat(differing.keySet())
        .containsExactlyElementsOf(
            ofWhole.keySet().stream()
                .filter(k -> k.startsWith("3 ") || k.startsWith("4 "))
                .toList());
    assertThat(smallest.size()).isLessThan(all(recording.openFrom(0)).size() / 10);
    assertThat(smallest).noneMatch(event -> event.getKind() == Kind.DEVICE_STATE);
    assertThat(smallest).extracting(Event::getSeq).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void whereNothingDivergesThereIsNoSmallestExcerpt() throws IOException {
    ListRecording healthy = record("10.0-colo-verify-kvm");
    AnalysisSettings settings = AnalysisSettings.of(new ScratchSpace(scratch));
    assertThatThrownBy(() ->
            SmallestExcerpt.of(healthy, Scope.ALL, settings, SnapshotCache.none(), text -> {}))
        .isInstanceOf(ColotapeException.class)
        .hasMessageContaining("nothing diverges");
  }

  private static ListRecording record(String name) throws IOException {
    return new ListRecording(name, Capture.named(name).recordObserved());
  }

  private List<Event> excerpt(ListRecording recording, Scope scope) {
    try (EventSource source =
        ExcerptSource.open(recording, scope, settings(), SnapshotCache.none())) {
      return all(source);
    }
  }

  private static List<Event> all(EventSource source) {
    List<Event> events = new ArrayList<>();
    source.forEach(events::add);
    return events;
  }

  private static List<String> alterations(List<Event> events) {
    return events.stream()
        .filter(event -> event.getKind() == Kind.ALTERED)
        .flatMap(event -> event.getAlteration().getSteps().stream())
        .toList();
  }

  private ReplaySettings settings() {
    return ReplaySettings.of(RuleSet.QEMU, new ScratchSpace(scratch)).withPvmModel();
  }

  private Replay replay(EventSource source) {
    return new Replay(source, settings(), ObservationListener.NONE);
  }

  private RecordingVerdict verdict(EventSource source) {
    return Analysis.of(source, AnalysisSettings.of(new ScratchSpace(scratch)), checkpoint -> {});
  }

  private Map<Integer, String> digests(EventSource source) {
    Map<Integer, String> digests = new TreeMap<>();
    try (Replay replay = replay(source)) {
      for (CheckpointReached at = replay.next(); at != null; at = replay.next()) {
        assertThat(replay.loadError()).isNull();
        digests.put(
            at.checkpoint(),
            digest(replay.svm().blocks())
                + digest(replay.cache().blocks())
                + digest(replay.pvm().blocks()));
      }
    }
    return digests;
  }

  private static String digest(Iterable<RamBlockMemory> blocks) {
    StringBuilder text = new StringBuilder();
    blocks.forEach(block -> text.append(block.name()).append(block.digest()).append('\n'));
    return text.toString();
  }

  private static Map<String, String> differing(RecordingVerdict verdict) {
    Map<String, String> lines = new TreeMap<>();
    for (Compared checkpoint : verdict.compared()) {
      for (BlockComparison block : checkpoint.blocks()) {
        for (MemoryPair pair : MemoryPair.values()) {
          if (!block.differing(pair).isEmpty()) {
            lines.put(
                checkpoint.checkpoint() + " " + block.block() + " " + pair,
                block.differing(pair).toString());
          }
        }
      }
    }
    return lines;
  }
}
