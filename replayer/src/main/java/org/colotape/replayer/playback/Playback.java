package org.colotape.replayer.playback;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.event.Direction;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.log.Alterations;
import org.colotape.schema.log.EventSource;
import org.jspecify.annotations.Nullable;

/**
 * Plays one recording back into a secondary that waits with {@code -incoming}. Each channel is a
 * connection, opened when the recording's first event of it comes.
 */
public final class Playback implements AutoCloseable {
  /** How long an answer may take before the primary's next bytes are given to find it. */
  private static final Duration SOON = Duration.ofMillis(300);

  private static final int SHOWN_BYTES = 16;

  private final EventSource source;
  private final SocketAddress secondary;
  private final String where;
  private final Pace pace;
  private final Duration patience;
  private final List<SecondaryConnection> channels = new ArrayList<>();
  private final Deque<Event> ahead = new ArrayDeque<>();
  private @Nullable SecondaryConnection sending;
  private boolean returnPath;
  private long sentBytes;
  private long answerBytes;
  private long recordedStart = -1;
  private long started;
  private int checkpoints;

  /**
   * @param source the recording, from its first event
   * @param secondary where it listens
   * @param where the same, for messages
   * @param pace how fast to play
   * @param patience how long the secondary may take nothing, or not answer
   */
  public Playback(
      EventSource source, SocketAddress secondary, String where, Pace pace, Duration patience) {
    this.source = source;
    this.secondary = secondary;
    this.where = where;
    this.pace = pace;
    this.patience = patience;
  }

  /**
   * Plays up to the end of a checkpoint, or of the recording. The connections stay open.
   *
   * @param until the checkpoint; null to play all
   * @param reached given the number of each checkpoint that was played
   * @return false if the recording ended before that checkpoint
   * @throws ColotapeException if the secondary can't be reached, goes away, hangs, or answers
   *     otherwise than the recorded one did
   */
  public boolean run(@Nullable Integer until, IntConsumer reached) {
    for (Event event = next(); event != null; event = next()) {
      Alterations.refuse(event, "play it");
      try {
        play(event);
      } catch (SecondaryConnection.StalledException e) {
        throw new ColotapeException(
            "the secondary takes nothing for " + patience.toSeconds() + " s",
            place(event),
            "see the secondary's log",
            e);
      } catch (IOException e) {
        throw new ColotapeException(
            "the secondary is gone: " + e.getMessage(),
            place(event),
            "see the secondary's log; it must have the recorded machine, devices and capabilities",
            e);
      }
      if (event.getKind() == Kind.CHECKPOINT_SEALED) {
        checkpoints++;
        reached.accept(event.getCheckpoint());
        if (until != null && event.getCheckpoint() >= until) {
          return true;
        }
      }
    }
    return until == null;
  }

  /** Number of checkpoints that were played, the initial migration counted. */
  public int checkpoints() {
    return checkpoints;
  }

  /** Number of bytes that were sent. */
  public long sentBytes() {
    return sentBytes;
  }

  /** Number of bytes that the secondary answered as it had done when it was recorded. */
  public long answerBytes() {
    return answerBytes;
  }

  @Override
  public void close() {
    for (SecondaryConnection channel : channels) {
      try {
        channel.close();
      } catch (IOException e) {
        // the secondary has got all that it was to get
      }
    }
  }

  private void play(Event event) throws IOException {
    switch (event.getDirection()) {
      case PVM_TO_SVM -> send(event);
      case SVM_TO_PVM -> expect(event);
      case NONE -> {
        if (event.getKind() == Kind.RECORDING_START) {
          returnPath = event.getStart().getReturnPath();
        } else if (event.getKind() == Kind.CHECKPOINT_SEALED) {
          flush();
        }
      }
    }
  }

  private void send(Event event) throws IOException {
    if (event.getKind() == Kind.PAGE_BITMAP || event.getKind() == Kind.PADDING) {
      throw new ColotapeException(
          "a mapped-ram file is no stream", place(event), "let QEMU load the file itself");
    }
    keepPace(event);
    SecondaryConnection channel = channel(event.getChannel());
    if (channel != sending) {
      flush(); // a channel may wait for what came before on another one
      sending = channel;
    }
    if (event.getKind() == Kind.CHANNEL_END) {
      channel.end(patience);
    } else {
      channel.send(event.getWire(), patience);
      sentBytes += event.getWire().remaining();
    }
  }

  private void keepPace(Event event) throws IOException {
    if (pace == Pace.RECORDED) {
      if (recordedStart < 0) {
        recordedStart = event.getCaptureTime();
        started = System.nanoTime();
      }
      long due = started + event.getCaptureTime() - recordedStart;
      if (due - System.nanoTime() > TimeUnit.MILLISECONDS.toNanos(1)) {
        flush();
        for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
          LockSupport.parkNanos(left);
        }
      }
    }
  }

  /**
   * Waits for an answer. The recorder may have needed the primary's next bytes to tell where an
   * event ends, and so recorded it behind the answer that it caused: if the answer does not come,
   * what the primary sent next, up to its next message, is sent before it.
   */
  private void expect(Event event) throws IOException {
    if (!returnPath || event.getKind() == Kind.CHANNEL_END) {
      return;
    }
    flush();
    SecondaryConnection channel = channel(event.getChannel());
    ByteBuffer expected = event.getWire();
    long deadline = System.nanoTime() + patience.toNanos();
    byte[] answer = channel.receive(expected.remaining(), SOON);
    while (answer.length < expected.remaining() && !channel.ended()) {
      boolean more = sendAhead();
      if (!more && System.nanoTime() - deadline > 0) {
        throw new ColotapeException(
            "the secondary does not answer for "
                + patience.toSeconds()
                + " s where the recorded one said "
                + name(event),
            place(event),
            "see the secondary's log");
      }
      answer = channel.receive(expected.remaining(), SOON);
    }
    if (!expected.equals(ByteBuffer.wrap(answer))) {
      throw new ColotapeException(
          (channel.ended() && answer.length < expected.remaining()
                  ? "the secondary ends after "
                  : "the secondary answers ")
              + hex(ByteBuffer.wrap(answer))
              + " where the recorded one said "
              + name(event)
              + " "
              + hex(expected),
          place(event),
          "see the secondary's log; it must have the recorded machine, devices and capabilities");
    }
    channel.taken(answer.length);
    answerBytes += answer.length;
  }

  /** Sends the primary's next event, if it is no message and no answer comes before it. */
  private boolean sendAhead() throws IOException {
    Event next = ahead.peek();
    if (next == null) {
      next = source.next();
      if (next == null) {
        return false;
      }
      ahead.add(next);
    }
    if (next.getDirection() != Direction.PVM_TO_SVM
        || next.getKind() == Kind.COLO_MESSAGE
        || next.getKind() == Kind.CHANNEL_END) {
      return false;
    }
    ahead.remove();
    send(next);
    flush();
    return true;
  }

  private @Nullable Event next() {
    Event waiting = ahead.poll();
    return waiting == null ? source.next() : waiting;
  }

  private void flush() throws IOException {
    for (SecondaryConnection channel : channels) {
      channel.flush(patience);
    }
  }

  private SecondaryConnection channel(int number) {
    while (channels.size() <= number) {
      try {
        channels.add(SecondaryConnection.open(secondary));
      } catch (IOException e) {
        throw new ColotapeException(
            "cannot reach the secondary: " + e.getMessage(),
            where,
            "start it with -incoming on that address first",
            e);
      }
    }
    return channels.get(number);
  }

  private String place(Event event) {
    return "%s, event %d, checkpoint %d, channel %d, offset %d"
        .formatted(
            where,
            event.getSeq(),
            event.getCheckpoint(),
            event.getChannel(),
            event.getStreamOffset());
  }

  private static String name(Event answer) {
    return switch (answer.getKind()) {
      case COLO_MESSAGE -> answer.getMessage().getType().toString();
      case RETURN_MESSAGE -> answer.getReply().getName();
      default -> answer.getKind().toString();
    };
  }

  private static String hex(ByteBuffer bytes) {
    byte[] shown = new byte[Math.min(bytes.remaining(), SHOWN_BYTES)];
    bytes.duplicate().get(shown);
    return shown.length == 0
        ? "nothing"
        : "0x" + HexFormat.of().formatHex(shown) + (bytes.remaining() > shown.length ? "..." : "");
  }
}
