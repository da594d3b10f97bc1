package org.colotape.replayer.timeline;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.colotape.schema.digest.PageDigest;

/**
 * Reads what {@link CheckedOutput} wrote. No byte of a frame is given before the frame was checked.
 */
final class CheckedInput extends InputStream {
  private final InputStream in;
  private final byte[] frame = new byte[CheckedOutput.FRAME + Long.BYTES];
  private int length;
  private int position;
  private long number;
  private boolean ended;

  CheckedInput(InputStream in) {
    this.in = in;
  }

  @Override
  public int read() throws IOException {
    return fill() ? frame[position++] & 0xff : -1;
  }

  @Override
  public int read(byte[] bytes, int start, int wanted) throws IOException {
    if (wanted == 0) {
      return 0;
    }
    if (!fill()) {
      return -1;
    }
    int part = Math.min(wanted, length - position);
    System.arraycopy(frame, position, bytes, start, part);
    position += part;
    return part;
  }

  /** Makes sure that there is a byte to give; false at the end. */
  private boolean fill() throws IOException {
    if (position == length && !ended) {
      ByteBuffer head = ByteBuffer.wrap(in.readNBytes(CheckedOutput.HEAD));
      if (head.remaining() < CheckedOutput.HEAD) {
        throw new EOFException("cut");
      }
      length = head.getInt();
      position = 0;
      PageDigest stated = new PageDigest(head.getLong(), head.getLong());
      if (length < 0
          || length > CheckedOutput.FRAME
          || in.readNBytes(frame, 0, length) < length
          || !CheckedOutput.digest(frame, length, number++).equals(stated)) {
        length = 0;
        throw new IOException("damaged");
      }
      ended = length == 0;
      if (ended && in.read() >= 0) {
        throw new IOException("too long");
      }
    }
    return position < length;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
