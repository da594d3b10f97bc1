package org.colotape.recorder.observe;

import java.io.IOException;

/** Reads the memory of one RAM block of a running VM. */
interface BlockReader extends AutoCloseable {
  /** Name of the block. */
  String block();

  /** Its used length. */
  long length();

  /** Takes a look: what is read from now on is not older. */
  default void look() throws IOException {}

  /** True if the page at this offset can be read. */
  default boolean holds(long offset) {
    return true;
  }

  /** Reads bytes from an offset in the block; what can't be read is left as it was. */
  void read(long offset, byte[] into, int count) throws IOException;

  @Override
  void close() throws IOException;
}
