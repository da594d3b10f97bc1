package org.colotape.replayer.playback;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/** One channel to a secondary. Neither writing nor reading waits for longer than is allowed. */
final class SecondaryConnection implements AutoCloseable {
  private static final int CHUNK = 1 << 18;

  private final SocketChannel socket;
  private final Selector selector;
  private final SelectionKey key;
  private final ByteBuffer out = ByteBuffer.allocateDirect(CHUNK);
  private final ByteBuffer in = ByteBuffer.allocateDirect(1 << 16);
  private final ByteArrayOutputStream inbox = new ByteArrayOutputStream();
  private boolean ended;

  private SecondaryConnection(SocketChannel socket, Selector selector, SelectionKey key) {
    this.socket = socket;
    this.selector = selector;
    this.key = key;
  }

  static SecondaryConnection open(SocketAddress address) throws IOException {
    SocketChannel socket = SocketChannel.open(address);
    if (address instanceof InetSocketAddress) {
      socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
    }
    socket.configureBlocking(false);
    Selector selector = Selector.open();
    return new SecondaryConnection(socket, selector, socket.register(selector, 0));
  }

  /** Puts bytes behind those that are to be sent; sends when enough have come together. */
  void send(ByteBuffer bytes, Duration patience) throws IOException {
    ByteBuffer rest = bytes.duplicate();
    while (rest.hasRemaining()) {
      int length = Math.min(rest.remaining(), out.remaining());
      out.put(rest.slice(rest.position(), length));
      rest.position(rest.position() + length);
      if (!out.hasRemaining()) {
        flush(patience);
      }
    }
  }

  /**
   * Sends what is to be sent.
   *
   * @throws StalledException if the secondary takes nothing for that long
   */
  void flush(Duration patience) throws IOException {
    out.flip();
    try {
      while (out.hasRemaining()) {
        if (socket.write(out) == 0) {
          await(SelectionKey.OP_WRITE | SelectionKey.OP_READ, patience);
          receive();
        }
      }
    } finally {
      out.compact();
    }
  }

  /** Says that nothing more will be sent. */
  void end(Duration patience) throws IOException {
    flush(patience);
    socket.shutdownOutput();
  }

  /**
   * Waits for bytes of the secondary.
   *
   * @return that many bytes, or fewer if no more came for that long or it ended
   */
  byte[] receive(int length, Duration patience) throws IOException {
    long deadline = System.nanoTime() + patience.toNanos();
    receive();
    while (inbox.size() < length && !ended) {
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (left <= 0) {
        break;
      }
      key.interestOps(SelectionKey.OP_READ);
      selector.select(left);
      selector.selectedKeys().clear();
      receive();
    }
    return Arrays.copyOf(inbox.toByteArray(), Math.min(length, inbox.size()));
  }

  /** Removes bytes that were received. */
  void taken(int length) {
    byte[] rest = inbox.toByteArray();
    inbox.reset();
    inbox.write(rest, length, rest.length - length);
  }

  /** True if the secondary will send no more than what was received. */
  boolean ended() {
    return ended;
  }

  private void receive() throws IOException {
    while (!ended) {
      int read = socket.read(in);
      if (read == 0) {
        return;
      }
      ended = read < 0;
      in.flip();
      byte[] bytes = new byte[in.remaining()];
      in.get(bytes);
      inbox.writeBytes(bytes);
      in.clear();
    }
  }

  private void await(int operations, Duration patience) throws IOException {
    key.interestOps(ended ? operations & ~SelectionKey.OP_READ : operations);
    if (selector.select(patience.toMillis()) == 0) {
      throw new StalledException();
    }
    selector.selectedKeys().clear();
  }

  @Override
  public void close() throws IOException {
    selector.close();
    socket.close();
  }

  /** The secondary takes nothing. */
  static final class StalledException extends IOException {
    private static final long serialVersionUID = 1L;

    private StalledException() {
      super("it takes nothing");
    }
  }
}
