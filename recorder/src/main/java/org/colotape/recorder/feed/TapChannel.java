package org.colotape.recorder.feed;

import java.io.IOException;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;
import org.colotape.recorder.stream.ByteParser;
import org.colotape.schema.event.Direction;
import org.jspecify.annotations.Nullable;

/** One connection of the primary and the one to the secondary that continues it. */
final class TapChannel {
  private static final int CHUNK = 1 << 18;
  private static final int DIRECTIONS = 2;
  private static final String CLOSED = "connection closed";

  private final Socket primary;
  private final Socket secondary;
  private final TapRecorder recorder;
  private final Runnable whenEnded;
  private final ByteParser toSvm;
  private final ByteParser toPvm;
  private final AtomicInteger open = new AtomicInteger(DIRECTIONS);
  private volatile @Nullable String broken;

  TapChannel(
      int number, Socket primary, Socket secondary, TapRecorder recorder, Runnable whenEnded) {
    this.primary = primary;
    this.secondary = secondary;
    this.recorder = recorder;
    this.whenEnded = whenEnded;
    this.toSvm = recorder.parser(number, Direction.PVM_TO_SVM);
    this.toPvm = recorder.parser(number, Direction.SVM_TO_PVM);
  }

  /** Copies the primary's bytes until they end. */
  void carryToSvm() {
    carry(primary, secondary, toSvm);
  }

  /** Copies the secondary's bytes until they end. */
  void carryToPvm() {
    carry(secondary, primary, toPvm);
  }

  /** How the channel ended. */
  FeedEnd end() {
    String how = broken;
    return how == null ? new FeedEnd(true, CLOSED) : new FeedEnd(false, how);
  }

  /** Closes both connections. */
  void close() {
    closeQuietly(primary);
    closeQuietly(secondary);
  }

  private void carry(Socket from, Socket to, ByteParser parser) {
    String reason = CLOSED;
    try {
      byte[] chunk = new byte[CHUNK];
      for (int read = from.getInputStream().read(chunk);
          read >= 0;
          read = from.getInputStream().read(chunk)) {
        recorder.record(parser, chunk, read);
        to.getOutputStream().write(chunk, 0, read);
      }
      to.shutdownOutput();
    } catch (IOException e) {
      reason = "connection broken: " + e.getMessage();
      broken = reason;
      close();
    }
    recorder.end(parser, reason);
    if (open.decrementAndGet() == 0) {
      close();
      whenEnded.run();
    }
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // what the connection carried is recorded; there is nothing left to lose
    }
  }
}
