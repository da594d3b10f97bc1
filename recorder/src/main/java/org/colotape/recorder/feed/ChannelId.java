package org.colotape.recorder.feed;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.colotape.schema.wire.MultifdFormat;

/** The id that a multifd channel states in what leads it (QEMU migration/multifd.c). */
final class ChannelId {

  private ChannelId() {}

  /** Whether these bytes begin a multifd channel. */
  static boolean isIn(byte[] head) {
    return head.length >= Integer.BYTES
        && Integer.toUnsignedLong(ByteBuffer.wrap(head).getInt()) == MultifdFormat.MAGIC;
  }

  /** The id that a file states; more than any if it states none. */
  static int of(CapturedFile file) {
    try (InputStream in = file.open()) {
      byte[] head = in.readNBytes(MultifdFormat.ID_AT + 1);
      return isIn(head) && head.length > MultifdFormat.ID_AT
          ? head[MultifdFormat.ID_AT] & 0xff
          : Integer.MAX_VALUE;
    } catch (IOException e) {
      throw file.unreadable(e);
    }
  }
}
