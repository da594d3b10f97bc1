package org.colotape.replayer.decode;

import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Inflates pages that are one zlib stream each (QEMU 2.4 to 9.0, migration/ram-compress.c). */
final class ZlibDecoder implements AutoCloseable {
  private final Inflater inflater = new Inflater();

  /** Inflates {@code length} bytes from {@code start} to exactly one page, and never to more. */
  void inflate(byte[] zlib, int start, int length, byte[] page) throws PageDecodeException {
    inflater.reset();
    inflater.setInput(zlib, start, length);
    try {
      int size = inflater.inflate(page, 0, page.length);
      if (size < page.length) {
        throw new PageDecodeException(
            "zlib data inflates to " + size + " bytes instead of " + page.length);
      }
      // a full page may still lack the end of its stream, or go on
      if (!inflater.finished() && inflater.inflate(new byte[1]) > 0) {
        throw new PageDecodeException("zlib data inflates to more than " + page.length + " bytes");
      }
      if (!inflater.finished()) {
        throw new PageDecodeException("zlib data ends before its checksum");
      }
    } catch (DataFormatException e) {
      throw new PageDecodeException("zlib data is damaged: " + e.getMessage());
    }
    if (inflater.getRemaining() > 0) {
      throw new PageDecodeException(inflater.getRemaining() + " bytes follow the zlib data");
    }
  }

  @Override
  public void close() {
    inflater.close();
  }
}
