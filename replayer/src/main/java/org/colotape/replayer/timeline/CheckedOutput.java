package org.colotape.replayer.timeline;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import org.colotape.schema.digest.PageDigest;

/**
 * Writes bytes in frames: length, digest, contents. The digest covers the frame's number, too, and
 * a frame without contents ends the whole, so that {@link CheckedInput} finds whatever is damaged,
 * moved or cut.
 */
final class CheckedOutput extends OutputStream {
  /** Length of a frame's head in bytes. */
  static final int HEAD = Integer.BYTES + PageDigest.BYTES;

  /** Contents of a frame, at most. */
  static final int FRAME = 1 << 20;

  private final OutputStream out;
  private final byte[] frame = new byte[FRAME + Long.BYTES];
  private int filled;
  private long number;

  CheckedOutput(OutputStream out) {
    this.out = out;
  }

  @Override
  public void write(int value) throws IOException {
    if (filled == FRAME) {
      writeFrame();
    }
    frame[filled++] = (byte) value;
  }

  @Override
  public void write(byte[] bytes, int start, int length) throws IOException {
    int from = start;
    int left = length;
    while (left > 0) {
      if (filled == FRAME) {
        writeFrame();
      }
      int part = Math.min(left, FRAME - filled);
      System.arraycopy(bytes, from, frame, filled, part);
      filled += part;
      from += part;
      left -= part;
    }
  }

  /** Digest of a frame whose contents are followed by room for its number. */
  static PageDigest digest(byte[] frame, int length, long number) {
    ByteBuffer.wrap(frame).putLong(length, number);
    return PageDigest.of(frame, 0, length + Long.BYTES);
  }

  private void writeFrame() throws IOException {
    PageDigest digest = digest(frame, filled, number);
    byte[] head =
        ByteBuffer.allocate(HEAD)
            .putInt(filled)
            .putLong(digest.high())
            .putLong(digest.low())
            .array();
    out.write(head);
    out.write(frame, 0, filled);
    filled = 0;
    number++;
  }

  /** Writes what is left and the end, and closes the stream below. */
  @Override
  public void close() throws IOException {
    try (out) {
      if (filled > 0) {
        writeFrame();
      }
      writeFrame();
    }
  }
}
