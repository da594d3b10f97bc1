package org.colotape.recorder.feed;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.colotape.recorder.session.RecordingSession;
import org.colotape.recorder.stream.ByteParser;
import org.colotape.recorder.stream.ReturnPathParser;
import org.colotape.recorder.stream.UnparsedChannel;
import org.colotape.schema.event.Direction;
import org.jspecify.annotations.Nullable;

/**
 * Lets the threads that copy a tap's connections record one at a time, and keeps the first failure.
 */
final class TapRecorder {
  private static final String NOT_MAIN = "further channels are kept, not parsed, in this direction";

  /**
   * How long bytes may wait for those of another channel, in nanoseconds. A receiver would wait for
   * the same ones, so what does not come in this time is not what it seems.
   */
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(10);

  private final RecordingSession session;
  private final ChannelOrder order;

  /** Channels of the parsers, PVM to SVM, whose events the order holds. */
  private final Map<ByteParser, Integer> ordered = new HashMap<>();

  private final Runnable progress;
  private @Nullable RuntimeException failure;

  TapRecorder(RecordingSession session, Runnable progress) {
    this.session = session;
    this.order = new ChannelOrder(session, session.capabilities(), ChannelOrder.Pace.AS_RECEIVED);
    this.progress = progress;
  }

  /** A parser for one direction of a channel. */
  synchronized ByteParser parser(int channel, Direction direction) {
    if (direction == Direction.SVM_TO_PVM) {
      return channel > 0
          ? new UnparsedChannel(channel, direction, NOT_MAIN, session)
          : new ReturnPathParser(channel, session);
    }
    ByteParser parser = channel > 0 ? order.add(channel) : order.main();
    ordered.put(parser, channel);
    return parser;
  }

  /** Records bytes, in their turn; does nothing once recording has failed. */
  synchronized void record(ByteParser parser, byte[] bytes, int length) {
    for (int at = 0; at < length && failure == null; ) {
      int from = at;
      int most = Math.min(length - at, appetite(parser));
      attempt(() -> {
        session.bytesArrived();
        parser.feed(ByteBuffer.wrap(bytes, from, most));
        progress.run();
      });
      at += most;
      notifyAll();
    }
  }

  /** Records the end of one direction of a channel. */
  synchronized void end(ByteParser parser, String reason) {
    attempt(() -> parser.end(reason));
    notifyAll();
  }

  /** Records what still waits for other channels. */
  synchronized void release() {
    attempt(order::giveUp);
    notifyAll();
  }

  /** Throws what recording failed with, if it did. */
  synchronized void throwIfFailed() {
    if (failure != null) {
      throw failure;
    }
  }

  /** How many bytes the parser takes; waits until it is their turn, but not for ever. */
  private int appetite(ByteParser parser) {
    Integer channel = ordered.get(parser);
    if (channel == null) {
      return Integer.MAX_VALUE;
    }
    long begun = System.nanoTime();
    while (failure == null && order.appetite(channel) == 0) {
      long left = PATIENCE - (System.nanoTime() - begun);
      try {
        if (left > 0) {
          TimeUnit.NANOSECONDS.timedWait(this, left);
        } else {
          release();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        release();
      }
    }
    return Math.max(1, order.appetite(channel));
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
