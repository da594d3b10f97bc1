package org.colotape.analyzer.cli.verify;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.colotape.analyzer.cli.frame.LogOptions;
import org.colotape.analyzer.cli.frame.Version;
import org.colotape.analyzer.conformance.Conformance;
import org.colotape.analyzer.conformance.Finding;
import org.colotape.recorder.feed.CapturedFile;
import org.colotape.recorder.feed.FeedEnd;
import org.colotape.recorder.feed.FileFeed;
import org.colotape.recorder.session.CheckpointObserver;
import org.colotape.recorder.session.RecordingSession;
import org.colotape.schema.event.Closing;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.RecordingId;
import org.colotape.schema.event.RecordingStart;
import org.colotape.schema.log.Alterations;
import org.colotape.schema.log.EventSource;
import org.jspecify.annotations.Nullable;

/** What is verified: events that were recorded, or captured files whose events are made now. */
sealed interface Material {
  /** The rules that it is held to; parameters as {@link Conformance#ofRecording}. */
  Conformance rules(long most, Consumer<Finding> listener);

  /** Gives all events to the rules, one after the other. */
  FeedEnd feed(Conformance rules, LongConsumer progress);

  /**
   * What the user named: with a {@code '/'} in it a file, which is a tape if it begins like one,
   * else a recording in the log.
   */
  static Material of(
      String name,
      @Nullable Path returnPath,
      List<Path> channels,
      List<String> capabilities,
      LogOptions log) {
    boolean more = returnPath != null || !channels.isEmpty() || !capabilities.isEmpty();
    if (name.indexOf('/') >= 0 && (more || !isTape(Path.of(name)))) {
      return new Captured(
          FileFeed.ofAnyOrder(
              new CapturedFile(Path.of(name)),
              returnPath == null ? null : new CapturedFile(returnPath),
              channels.stream().map(CapturedFile::new).toList()),
          capabilities);
    }
    return new Recorded(name, log);
  }

  private static boolean isTape(Path file) {
    byte[] magic = {'O', 'b', 'j', 1};
    if (!Files.isRegularFile(file)) {
      return false;
    }
    try (InputStream in = Files.newInputStream(file)) {
      return Arrays.equals(in.readNBytes(magic.length), magic);
    } catch (IOException e) {
      throw new CapturedFile(file).unreadable(e);
    }
  }

  /**
   * A recording or a tape.
   *
   * @param name its name or path
   * @param log where recordings are
   */
  record Recorded(String name, LogOptions log) implements Material {
    @Override
    public Conformance rules(long most, Consumer<Finding> listener) {
      return Conformance.ofRecording(most, listener);
    }

    @Override
    public FeedEnd feed(Conformance rules, LongConsumer progress) {
      try (EventSource source = log.read(name)) {
        for (Event event = source.next(); event != null; event = source.next()) {
          Alterations.refuse(event, "hold it to the rules of a stream");
          rules.accept(event);
          progress.accept(rules.bytes());
        }
        rules.seal();
      }
      return new FeedEnd(true, Closing.UNKNOWN, "end of recording");
    }
  }

  /**
   * Captured files.
   *
   * @param feed the files
   * @param capabilities migration capabilities that the stream may not state
   */
  record Captured(FileFeed feed, List<String> capabilities) implements Material {
    private static final int ID_BYTES = 16;

    @Override
    public Conformance rules(long most, Consumer<Finding> listener) {
      return Conformance.ofSession(most, listener);
    }

    @Override
    public FeedEnd feed(Conformance rules, LongConsumer progress) {
      RecordingStart start =
          new RecordingStart(
              "verify",
              Version.text(),
              feed.sources(),
              feed.returnPath() != null,
              capabilities,
              false);
      RecordingSession session =
          new RecordingSession(
              rules, new RecordingId(new byte[ID_BYTES]), start, () -> 0L, CheckpointObserver.NONE);
      FeedEnd end = feed.run(session, () -> progress.accept(rules.bytes()));
      session.finish(end.complete(), end.reason());
      return end;
    }
  }
}
