package org.colotape.replayer.decode;

import java.nio.ByteBuffer;
import org.colotape.replayer.memory.RamBlockMemory;
import org.colotape.schema.event.Page;

/**
 * Decodes the pages of one recording, in their order. It keeps one page as scratch, so a {@link
 * PageContent} holds only until the next call. Used by one thread.
 */
public final class PageDecoder implements AutoCloseable {
  private static final PageContent ZERO = new PageContent.Zero();

  private final ZlibDecoder zlib = new ZlibDecoder();
  private byte[] scratch = new byte[0];

  /**
   * What the page event writes.
   *
   * @param page the event's page
   * @param wire the event's wire bytes
   * @param base where the page lands: deltas apply to what is there now. Its page size is the
   *     page's
   * @throws PageDecodeException if the bytes are not what the encoding allows; nothing was changed
   *     then
   */
  public PageContent decode(Page page, ByteBuffer wire, RamBlockMemory base)
      throws PageDecodeException {
    int length = wire.remaining() - page.getDataStart();
    ByteBuffer heap = wire.hasArray() ? wire : copy(wire);
    byte[] bytes = heap.array();
    int start = heap.arrayOffset() + heap.position() + page.getDataStart();
    int pageSize = base.pageSize();
    return switch (page.getEncoding()) {
      case RAW -> {
        if (length != pageSize) {
          throw new PageDecodeException("raw page of " + length + " bytes instead of " + pageSize);
        }
        yield new PageContent.Bytes(bytes, start);
      }
      case ZERO -> ZERO;
      case FILL -> {
        if (length != 1) {
          throw new PageDecodeException("fill of " + length + " bytes instead of 1");
        }
        yield new PageContent.Fill(bytes[start]);
      }
      case XBZRLE -> {
        byte[] target = scratch(pageSize);
        base.read((int) (page.getOffset() / pageSize), target, 0);
        XbzrleDecoder.apply(bytes, start, length, target);
        yield new PageContent.Bytes(target, 0);
      }
      case ZLIB -> {
        byte[] target = scratch(pageSize);
        zlib.inflate(bytes, start, length, target);
        yield new PageContent.Bytes(target, 0);
      }
      case ZSTD_STREAM, ZLIB_STREAM ->
          throw new PageDecodeException(
              page.getEncoding() + " page that does not say which of its packet's pages it is");
      case UNKNOWN ->
          throw new PageDecodeException("the encoding is of a later version of Colotape");
    };
  }

  /** Releases the inflater. */
  @Override
  public void close() {
    zlib.close();
  }

  private static ByteBuffer copy(ByteBuffer wire) {
    return ByteBuffer.allocate(wire.remaining()).put(wire.duplicate()).flip();
  }

  private byte[] scratch(int pageSize) {
    if (scratch.length != pageSize) {
      scratch = new byte[pageSize];
    }
    return scratch;
  }
}
