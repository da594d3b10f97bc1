package org.colotape.recorder.observe;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Reads the memory of one RAM block of a running VM.
 *
 * @param block name of the block
 * @param length its used length
 * @param file holds the bytes
 * @param base where they begin in the file
 */
record BlockReader(String block, long length, FileChannel file, long base)
    implements AutoCloseable {
  static BlockReader of(Path path, String block, long length, long base) throws IOException {
    return new BlockReader(block, length, FileChannel.open(path, StandardOpenOption.READ), base);
  }

  /** Reads bytes from an offset in the block. */
  void read(long offset, byte[] into, int count) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(into, 0, count);
    while (buffer.hasRemaining()) {
      if (file.read(buffer, base + offset + buffer.position()) <= 0) {
        throw new EOFException("it ends at " + (offset + buffer.position()));
      }
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
