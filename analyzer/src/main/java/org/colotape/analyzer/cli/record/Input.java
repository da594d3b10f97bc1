package org.colotape.analyzer.cli.record;

import java.util.List;
import org.colotape.recorder.feed.FeedEnd;
import org.colotape.recorder.feed.FileFeed;
import org.colotape.recorder.feed.HostPort;
import org.colotape.recorder.feed.TcpTap;
import org.colotape.recorder.session.RecordingSession;
import org.jspecify.annotations.Nullable;

/** What is recorded: captured files, or what a tap carries. */
sealed interface Input {
  /** Where the bytes come from, one line a channel and direction. */
  List<String> sources();

  /** True if bytes from SVM to PVM are recorded, too. */
  boolean returnPath();

  /**
   * True if a stream that was cut or can't be parsed is the user's mistake, and not what happened.
   */
  boolean mustBeWhole();

  /** Where it waits for a connection, or null if it does not. */
  @Nullable HostPort listening();

  /** Feeds the session until there is no more. */
  FeedEnd run(RecordingSession session, Runnable progress);

  /**
   * Captured files.
   *
   * @param feed the files
   * @param mustBeWhole false if the user said {@code --force}
   */
  record Files(FileFeed feed, boolean mustBeWhole) implements Input {
    @Override
    public List<String> sources() {
      return feed.sources();
    }

    @Override
    public boolean returnPath() {
      return feed.returnPath() != null;
    }

    @Override
    public @Nullable HostPort listening() {
      return null;
    }

    @Override
    public FeedEnd run(RecordingSession session, Runnable progress) {
      return feed.run(session, progress);
    }
  }

  /**
   * A running tap.
   *
   * @param tap listens already
   */
  record Tap(TcpTap tap) implements Input {
    @Override
    public List<String> sources() {
      return tap.sources();
    }

    @Override
    public boolean returnPath() {
      return true;
    }

    @Override
    public boolean mustBeWhole() {
      return false;
    }

    @Override
    public HostPort listening() {
      return tap.address();
    }

    @Override
    public FeedEnd run(RecordingSession session, Runnable progress) {
      return tap.run(session, progress);
    }
  }
}
