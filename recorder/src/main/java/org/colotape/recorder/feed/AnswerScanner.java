package org.colotape.recorder.feed;

import java.nio.ByteBuffer;
import org.colotape.schema.event.ColoMessageType;
import org.jspecify.annotations.Nullable;

/**
 * Finds COLO messages in what the secondary answers: nothing but words of four bytes, led by READY
 * (QEMU migration/colo.c). Another return path holds none.
 */
final class AnswerScanner {
  private int word;
  private int bytes;
  private boolean colo = true;
  private boolean begun;

  /**
   * Passes over the buffer to behind the next REPLY or LOADED.
   *
   * @return which it is; null if the buffer holds no more
   */
  @Nullable ColoMessageType next(ByteBuffer chunk) {
    while (colo && chunk.hasRemaining()) {
      word = word << Byte.SIZE | (chunk.get() & 0xff);
      bytes++;
      if (bytes == Integer.BYTES) {
        bytes = 0;
        colo = begun || word == 0;
        begun = true;
        if (colo && word == 2) {
          return ColoMessageType.CHECKPOINT_REPLY;
        }
        if (colo && word == 6) {
          return ColoMessageType.VMSTATE_LOADED;
        }
      }
    }
    chunk.position(chunk.limit());
    return null;
  }
}
