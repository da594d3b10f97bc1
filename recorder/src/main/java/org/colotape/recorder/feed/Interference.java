package org.colotape.recorder.feed;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.colotape.schema.event.Direction;

/**
 * Stands on both sides of a tap's main channel and may alter what passes, on purpose. What comes
 * from the primary passes it on the PVM's side before it is recorded, and on the SVM's side before
 * it is passed on; what comes from the secondary the other way round. So it decides whether the
 * recording holds what was sent or what arrived.
 */
public interface Interference {
  /** Alters nothing. */
  Interference NONE = (side, direction, bytes, on) -> on.take(bytes);

  /** Where something passes. */
  enum Side {
    /** Between primary and tap. */
    PVM,
    /** Between tap and secondary. */
    SVM
  }

  /** Takes bytes that go on. */
  interface Outlet {
    /** Takes bytes, and has done with them when it returns. */
    void take(ByteBuffer bytes) throws IOException;
  }

  /**
   * Takes bytes that came, and passes on what becomes of them. Each direction has its own thread.
   *
   * @throws IOException if the connection is to break there, or has broken
   */
  void pass(Side side, Direction direction, ByteBuffer bytes, Outlet on) throws IOException;
}
