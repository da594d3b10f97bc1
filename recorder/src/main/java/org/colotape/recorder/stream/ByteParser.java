package org.colotape.recorder.stream;

import java.nio.ByteBuffer;

/** Takes the bytes of one channel in one direction, in order. */
public interface ByteParser {
  /** Takes the buffer's remaining bytes, of any number. */
  void feed(ByteBuffer bytes);

  /**
   * Says that no more bytes will come; what is held is emitted.
   *
   * @param reason why, in a few words
   */
  void end(String reason);
}
