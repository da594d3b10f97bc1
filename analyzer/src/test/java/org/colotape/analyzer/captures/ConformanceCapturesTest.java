package org.colotape.analyzer.captures;

import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.colotape.analyzer.conformance.Conformance;
import org.colotape.analyzer.conformance.Finding;
import org.colotape.analyzer.conformance.Severity;
import org.colotape.recorder.feed.CapturedFile;
import org.colotape.recorder.feed.FileFeed;
import org.colotape.recorder.fixture.Captures;
import org.colotape.recorder.fixture.Captures.Captured;
import org.colotape.recorder.session.CheckpointObserver;
import org.colotape.recorder.session.RecordingSession;
import org.colotape.schema.event.RecordingId;
import org.colotape.schema.event.RecordingStart;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What real QEMU sends breaks no rule, and where QEMU failed, that is told as what it is. */
class ConformanceCapturesTest {
  /**
   * Warnings that are right. In 7.2-compress the threads that compress hand a page over when the
   * next section has begun. The others are failures: a primary that was killed in a checkpoint, a
   * secondary that fails to load (compress and multifd with COLO, or a device that it lacks), and a
   * primary that asks for one more checkpoint on a link that is dead.
   */
  private static final Map<String, Set<String>> WARNINGS =
      Map.of(
          "7.2-compress", Set.of("page-once"),
          "7.2-colo-compress", Set.of("colo-unanswered"),
          "7.2-colo-multifd", Set.of("colo-unanswered"),
          "10.0-colo-multifd", Set.of("colo-unanswered"),
          "10.0-colo-fail-midhold", Set.of("colo-unanswered"),
          "7.2-colo-fail-midkill", Set.of("checkpoint-cut"),
          "11.1-colo-fail-pvmkill-midram", Set.of("checkpoint-cut"),
          "11.1-colo-fail-lost-link", Set.of("checkpoint-cut"),
          "11.1-precopy-load-fails", Set.of("return-shut-error"));

  @BeforeAll
  static void capturesAreThere() {
    Captures.assumePresent();
  }

  static Stream<List<Captured>> captures() {
    return new TreeMap<>(Captures.all().collect(groupingBy(Captured::capture))).values().stream();
  }

  @ParameterizedTest
  @MethodSource("captures")
  void noFindingIsAnErrorAndEachWarningIsKnown(List<Captured> streams) {
    String capture = streams.getFirst().capture();
    List<Finding> findings = verify(streams);
    assertThat(broken(findings, Severity.ERROR)).isEmpty();
    assertThat(broken(findings, Severity.WARNING))
        .isEqualTo(WARNINGS.getOrDefault(capture, Set.of()));
  }

  private static Set<String> broken(List<Finding> findings, Severity severity) {
    Set<String> ids = new TreeSet<>();
    findings.stream()
        .filter(f -> f.rule().severity() == severity)
        .forEach(f -> ids.add(f.rule().id()));
    return ids;
  }

  private static List<Finding> verify(List<Captured> streams) {
    Captured main = Captures.stream(streams.getFirst().capture());
    @Nullable CapturedFile answers = null;
    List<CapturedFile> channels = new ArrayList<>();
    for (Captured stream : streams) {
      if (stream.channel() > 0) {
        channels.add(stream.file());
      } else if (stream.returnPath()) {
        answers = stream.file();
      }
    }
    FileFeed feed = FileFeed.ofAnyOrder(main.file(), answers, channels);
    List<Finding> findings = new ArrayList<>();
    try (Conformance rules = Conformance.ofSession(10, findings::add)) {
      RecordingSession session =
          new RecordingSession(
              rules,
              new RecordingId(new byte[16]),
              new RecordingStart(
                  "test", "test", feed.sources(), answers != null, main.unstated(), false),
              () -> 0L,
              CheckpointObserver.NONE);
      feed.run(session, () -> {});
      session.finish(true, "end of files");
    }
    return findings;
  }
}
