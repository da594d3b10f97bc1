package org.colotape.recorder.feed;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/** The id that a multifd channel states in what leads it (QEMU migration/multifd.c). */
final class ChannelId {
  private static final int MAGIC = 0x1122_3344;
  private static final int ID_AT = 24;

  private ChannelId() {}

  /** Whether these bytes begin a multifd channel. */
  static boolean isIn(byte[] head) {
    return head.length >= Integer.BYTES && ByteBuffer.wrap(head).getInt() == MAGIC;
  }

  /** The id that a file states; more than any if it states none. */
  static int of(CapturedFile file) {
    try (InputStream in = file.open()) {
      byte[] head = in.readNBytes(ID_AT + 1);
      return isIn(head) && head.length > ID_AT ? head[ID_AT] & 0xff : Integer.MAX_VALUE;
    } catch (IOException e) {
      throw file.unreadable(e);
    }
  }
}
