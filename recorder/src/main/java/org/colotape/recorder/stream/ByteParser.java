package org.colotape.recorder.stream;

import java.nio.ByteBuffer;
import org.colotape.schema.event.Closing;

/** Takes the bytes of one channel in one direction, in order. */
public interface ByteParser {
  /** Takes the buffer's remaining bytes, of any number. */
  void feed(ByteBuffer bytes);

  /**
   * Says that no more bytes will come; what is held is emitted.
   *
   * @param closing what ended them
   * @param reason the same, in a few words
   */
  void end(Closing closing, String reason);
}
