package org.colotape.replayer.decode;

import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** A channel's zlib stream (QEMU migration/multifd-zlib.c). */
final class ZlibPackets implements PacketStream {
  private final Inflater inflater = new Inflater();
  private final byte[] beyond = new byte[1];

  @Override
  public void decompress(byte[] packed, int length, byte[] pages, int wanted)
      throws PageDecodeException {
    inflater.setInput(packed, 0, length);
    try {
      int size = 0;
      int more = inflater.inflate(pages, 0, wanted);
      while (more > 0) {
        size += more;
        more = inflater.inflate(pages, size, wanted - size);
      }
      if (size < wanted) {
        throw new PageDecodeException(
            "the packet's zlib data inflate to " + size + " bytes instead of " + wanted);
      }
      // what flushes the stream yields nothing, but must be read
      if (inflater.inflate(beyond) > 0 || inflater.getRemaining() > 0) {
        throw new PageDecodeException(
            "the packet's zlib data inflate to more than " + wanted + " bytes");
      }
    } catch (DataFormatException e) {
      throw new PageDecodeException("the packet's zlib data are damaged: " + e.getMessage());
    }
  }

  @Override
  public void close() {
    inflater.close();
  }
}
