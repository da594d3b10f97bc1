package org.colotape.schema.log;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.function.Consumer;
import org.colotape.schema.digest.RunningDigest;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.Padding;
import org.jspecify.annotations.Nullable;

/**
 * The captured bytes that an event stands for: its wire bytes, or, for PADDING without any, as many
 * zeros as it says. Whoever counts, digests or writes a channel's bytes asks here.
 *
 * <p>What {@link #length} and {@link #digest} cost does not depend on how long a hole is.
 */
public final class StreamBytes {
  private static final int PIECE = 1 << 16;
  private static final byte[] ZEROS = new byte[PIECE];

  private StreamBytes() {}

  /** Number of bytes that the event stands for; 0 if it is not on the wire. */
  public static long length(Event event) {
    return event.getWire().remaining() + hole(event);
  }

  /**
   * Number of zeros that the event stands for and does not hold; 0 if it holds all of its bytes.
   */
  public static long hole(Event event) {
    @Nullable Padding padding = event.getPadding();
    return event.getKind() != Kind.PADDING || padding == null || event.getWire().hasRemaining()
        ? 0
        : Math.max(0, padding.getLength());
  }

  /**
   * Adds what the event stands for to the digest of its checkpoint: its bytes, or the length of its
   * hole in 8 bytes, big-endian, because no digest of so many zeros can be had without taking them
   * one by one.
   */
  public static void digest(Event event, RunningDigest digest) {
    long hole = hole(event);
    if (hole > 0) {
      digest.add(ByteBuffer.allocate(Long.BYTES).putLong(0, hole));
    } else if (event.getWire().hasRemaining()) {
      digest.add(event.getWire());
    }
  }

  /**
   * Gives the bytes, piece by piece; a hole takes no memory.
   *
   * @param taker takes buffers that have an array, which it must not write to or keep
   */
  public static void forEach(Event event, Consumer<ByteBuffer> taker) {
    if (event.getWire().hasRemaining()) {
      taker.accept(event.getWire().duplicate());
    }
    for (long left = hole(event); left > 0; left -= PIECE) {
      taker.accept(ByteBuffer.wrap(ZEROS, 0, (int) Math.min(left, PIECE)));
    }
  }

  /**
   * Writes the bytes.
   *
   * @throws IOException if the target does not take them
   */
  public static void writeTo(Event event, WritableByteChannel target) throws IOException {
    try {
      forEach(event, bytes -> write(bytes, target));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static void write(ByteBuffer bytes, WritableByteChannel target) {
    try {
      while (bytes.hasRemaining()) {
        target.write(bytes);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
