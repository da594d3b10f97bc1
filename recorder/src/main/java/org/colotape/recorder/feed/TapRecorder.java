package org.colotape.recorder.feed;

import java.nio.ByteBuffer;
import org.colotape.recorder.session.RecordingSession;
import org.colotape.recorder.stream.ByteParser;
import org.colotape.recorder.stream.ReturnPathParser;
import org.colotape.recorder.stream.StreamParser;
import org.colotape.recorder.stream.UnparsedChannel;
import org.colotape.schema.event.Direction;
import org.jspecify.annotations.Nullable;

/**
 * Lets the threads that copy a tap's connections record one at a time, and keeps the first failure.
 */
final class TapRecorder {
  private static final String NOT_MAIN = "further channels are kept, not parsed";

  private final RecordingSession session;
  private final Runnable progress;
  private @Nullable RuntimeException failure;

  TapRecorder(RecordingSession session, Runnable progress) {
    this.session = session;
    this.progress = progress;
  }

  /** A parser for one direction of a channel. */
  ByteParser parser(int channel, Direction direction) {
    if (channel > 0) {
      return new UnparsedChannel(channel, direction, NOT_MAIN, session);
    }
    return direction == Direction.PVM_TO_SVM
        ? new StreamParser(channel, session.capabilities(), session)
        : new ReturnPathParser(channel, session);
  }

  /** Records bytes; does nothing once recording has failed. */
  synchronized void record(ByteParser parser, byte[] bytes, int length) {
    attempt(() -> {
      session.bytesArrived();
      parser.feed(ByteBuffer.wrap(bytes, 0, length));
      progress.run();
    });
  }

  /** Records the end of one direction of a channel. */
  synchronized void end(ByteParser parser, String reason) {
    attempt(() -> parser.end(reason));
  }

  /** Throws what recording failed with, if it did. */
  synchronized void throwIfFailed() {
    if (failure != null) {
      throw failure;
    }
  }

  private void attempt(Runnable recording) {
    if (failure == null) {
      try {
        recording.run();
      } catch (RuntimeException e) {
        failure = e;
      }
    }
  }
}
