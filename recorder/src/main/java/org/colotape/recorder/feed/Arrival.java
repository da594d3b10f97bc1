package org.colotape.recorder.feed;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.HexFormat;
import org.colotape.schema.wire.MultifdFormat;

/** A connection that has not been let in yet, and what it has said. */
final class Arrival implements AutoCloseable {
  private static final HexFormat HEX = HexFormat.ofDelimiter(" ");
  private static final int SHOWN = 8;

  private final SocketChannel socket;
  private final Peer peer;
  private final long since;
  private final ByteBuffer said = ByteBuffer.allocate(Opening.MOST_BYTES);
  private Opening opening = Opening.UNDECIDED;
  private boolean over;

  /**
   * @param since when it came, in nanoseconds of {@link System#nanoTime}
   */
  Arrival(SocketChannel socket, Peer peer, long since) {
    this.socket = socket;
    this.peer = peer;
    this.since = since;
  }

  /** Reads on what it says, which does not wait, until that tells what it is. */
  void read() {
    try {
      over |= socket.read(said) < 0;
    } catch (IOException e) {
      over = true;
    }
    opening = Opening.of(said);
  }

  SocketChannel socket() {
    return socket;
  }

  Peer peer() {
    return peer;
  }

  /** What it is. */
  Opening opening() {
    return opening;
  }

  /** True if it has not said what it is. */
  boolean isUndecided() {
    return opening == Opening.UNDECIDED;
  }

  /** True if it has said nothing. */
  boolean isSilent() {
    return said.position() == 0;
  }

  /** True if it will not say more, and has not said what it is. */
  boolean isOver() {
    return over && isUndecided();
  }

  /** How long it has been there, in nanoseconds. */
  long age() {
    return System.nanoTime() - since;
  }

  /** The id that a multifd channel states. */
  int multifdId() {
    return said.get(MultifdFormat.ID_AT) & 0xff;
  }

  /** What it has said, to be passed on. */
  ByteBuffer said() {
    return said.duplicate().flip();
  }

  /** The first bytes that it has said, for people. */
  String begin() {
    ByteBuffer first = said();
    byte[] shown = new byte[Math.min(first.remaining(), SHOWN)];
    first.get(shown);
    return HEX.formatHex(shown);
  }

  @Override
  public void close() {
    Sockets.closeQuietly(socket);
  }
}
