package org.colotape.replayer.decode;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import java.nio.ByteBuffer;

/** A channel's zstd stream (QEMU migration/multifd-zstd.c). */
final class ZstdPackets implements PacketStream {
  private final ZstdDecompressCtx context = new ZstdDecompressCtx();
  private final ZstdBuffers buffers;

  ZstdPackets(ZstdBuffers buffers) {
    this.buffers = buffers;
  }

  @Override
  public void decompress(byte[] packed, int length, byte[] pages, int wanted)
      throws PageDecodeException {
    ByteBuffer input = buffers.input().put(packed, 0, length).flip();
    ByteBuffer output = buffers.output().limit(wanted + 1);
    try {
      int left = -1;
      int room = -1;
      while (input.remaining() != left || output.remaining() != room) {
        left = input.remaining();
        room = output.remaining();
        context.decompressDirectByteBufferStream(output, input);
      }
    } catch (ZstdException e) {
      throw new PageDecodeException("the packet's zstd data are damaged: " + e.getMessage());
    }
    if (output.position() != wanted || input.hasRemaining()) {
      throw new PageDecodeException(
          "the packet's zstd data yield %s bytes instead of %d"
              .formatted(output.hasRemaining() ? output.position() : "more", wanted));
    }
    output.get(0, pages, 0, wanted);
  }

  @Override
  public void close() {
    context.close();
  }
}
