package org.colotape.recorder.observe;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Reads a block in a file.
 *
 * @param block name of the block
 * @param length its used length
 * @param file holds the bytes
 * @param base where they begin in the file
 */
record FileReader(String block, long length, FileChannel file, long base) implements BlockReader {
  static FileReader of(Path path, String block, long length, long base) throws IOException {
    return new FileReader(block, length, FileChannel.open(path, StandardOpenOption.READ), base);
  }

  @Override
  public void read(long offset, byte[] into, int count) throws IOException {
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
