package org.colotape.analyzer.conformance;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.colotape.recorder.fixture.MigrationStreamBuilder;
import org.colotape.recorder.fixture.ReturnPathBuilder;
import org.colotape.recorder.session.CheckpointObserver;
import org.colotape.recorder.session.RecordingSession;
import org.colotape.recorder.stream.ByteParser;
import org.colotape.recorder.stream.ReturnPathParser;
import org.colotape.recorder.stream.StreamParser;
import org.colotape.schema.event.Closing;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.RecordingId;
import org.colotape.schema.event.RecordingStart;

/**
 * What the rules find in bytes.
 *
 * @param findings all of them
 */
record Verified(List<Finding> findings) {
  /** A stream from PVM to SVM alone. */
  static Verified stream(MigrationStreamBuilder stream) {
    return bytes(stream.bytes());
  }

  /** As {@link #stream(MigrationStreamBuilder)}. */
  static Verified bytes(byte[] stream) {
    return session(false, session -> parse(new StreamParser(0, session), stream));
  }

  /**
   * A stream and its return path, cut into pieces that came in turn: piece n of the return path
   * came behind piece n of the stream.
   */
  static Verified exchange(MigrationStreamBuilder[] stream, ReturnPathBuilder[] answers) {
    return session(
        true,
        session -> {
          ByteParser main = new StreamParser(0, session);
          ByteParser back = new ReturnPathParser(0, session);
          for (int i = 0; i < Math.max(stream.length, answers.length); i++) {
            if (i < stream.length) {
              main.feed(ByteBuffer.wrap(stream[i].bytes()));
            }
            if (i < answers.length) {
              back.feed(ByteBuffer.wrap(answers[i].bytes()));
            }
          }
          main.end(Closing.FILE_ENDED, "end of file");
          back.end(Closing.FILE_ENDED, "end of file");
        });
  }

  /** A stream, and a return path of which all came behind it. */
  static Verified exchange(MigrationStreamBuilder stream, ReturnPathBuilder answers) {
    return exchange(new MigrationStreamBuilder[] {stream}, new ReturnPathBuilder[] {answers});
  }

  /** Events that something made. */
  static Verified session(boolean returnPath, Consumer<RecordingSession> feed) {
    List<Finding> findings = new ArrayList<>();
    try (Conformance rules = Conformance.ofRecording(Long.MAX_VALUE, findings::add)) {
      RecordingSession session =
          new RecordingSession(
              rules,
              new RecordingId(new byte[16]),
              new RecordingStart("test", "test", List.of("test"), returnPath, List.of(), false),
              () -> 0L,
              CheckpointObserver.NONE);
      feed.accept(session);
      session.finish(true, "end of file");
    }
    return new Verified(findings);
  }

  /** Events as a recording has them, which need not be whole. */
  static Verified events(Iterable<Event> events) {
    List<Finding> findings = new ArrayList<>();
    try (Conformance rules = Conformance.ofRecording(Long.MAX_VALUE, findings::add)) {
      events.forEach(rules::accept);
      rules.seal();
    }
    return new Verified(findings);
  }

  /** Ids of the rules that are broken. */
  Set<String> broken() {
    return findings.stream().map(f -> f.rule().id()).collect(Collectors.toSet());
  }

  /** Ids of the rules that are broken by an error. */
  Set<String> errors() {
    return findings.stream()
        .filter(f -> f.rule().severity() == Severity.ERROR)
        .map(f -> f.rule().id())
        .collect(Collectors.toSet());
  }

  /** The first finding of a rule. */
  Finding first(String rule) {
    return findings.stream().filter(f -> f.rule().id().equals(rule)).findFirst().orElseThrow();
  }

  /** Number of findings by rule. */
  Map<String, Long> counts() {
    return findings.stream()
        .collect(Collectors.groupingBy(f -> f.rule().id(), Collectors.counting()));
  }

  private static void parse(ByteParser parser, byte[] bytes) {
    parser.feed(ByteBuffer.wrap(bytes));
    parser.end(Closing.FILE_ENDED, "end of file");
  }
}
