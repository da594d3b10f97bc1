package org.colotape.replayer.decode;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Memory that a packet lies in while it is decompressed; made when the first one is. */
final class ZstdBuffers {
  private @Nullable ByteBuffer input;
  private @Nullable ByteBuffer output;

  /** Takes a packet's data. */
  ByteBuffer input() {
    ByteBuffer made = input;
    if (made == null) {
      made = ByteBuffer.allocateDirect(PacketDecoder.MAX_DATA_BYTES);
      input = made;
    }
    return made.clear();
  }

  /** Takes a packet's pages, and a byte more. */
  ByteBuffer output() {
    ByteBuffer made = output;
    if (made == null) {
      made = ByteBuffer.allocateDirect(PacketDecoder.MAX_PAGES_BYTES + 1);
      output = made;
    }
    return made.clear();
  }
}
