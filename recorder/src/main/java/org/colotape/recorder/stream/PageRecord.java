package org.colotape.recorder.stream;

import org.colotape.schema.event.PageEncoding;
import org.colotape.schema.wire.RamFlags;
import org.jspecify.annotations.Nullable;

/**
 * Layout of one page record: word, block name unless continued, encoded contents (QEMU
 * migration/ram.c, save_page_header and the functions that call it).
 *
 * @param encoding how the contents are encoded
 * @param nameLength length of the block's name, or {@link #CONTINUED}
 * @param data stream offset of the encoded contents
 * @param end stream offset behind the record
 */
record PageRecord(PageEncoding encoding, int nameLength, long data, long end) {
  /** In place of a name's length: same block as the record before. */
  static final int CONTINUED = -1;

  private static final int XBZRLE_HEAD = 3;

  boolean isContinued() {
    return nameLength == CONTINUED;
  }

  /**
   * The record whose word stands at {@code at}.
   *
   * @return null if more bytes are needed
   * @throws Unparseable if no page record has such flags, or its lengths are out of bounds
   */
  static @Nullable PageRecord at(Window window, long at, int flags, StreamState state)
      throws Unparseable {
    if (!isPage(flags)) {
      throw new Unparseable("no record of a RAM section has flags 0x" + Integer.toHexString(flags));
    }
    long body = at + Long.BYTES;
    int nameLength = CONTINUED;
    if ((flags & RamFlags.CONTINUE) == 0) {
      if (!window.has(body + 1)) {
        return null;
      }
      nameLength = window.u8(body);
      body += 1 + nameLength;
      if (!window.has(body)) {
        return null;
      }
      if (nameLength == 0 || !window.printable(body - nameLength, nameLength)) {
        throw new Unparseable("the name of a page's RAM block is not text");
      }
    }
    return contents(window, flags & ~RamFlags.CONTINUE, nameLength, body, state.pageSize);
  }

  /** True if a page record can have these flags. */
  static boolean isPage(int flags) {
    return switch (flags & ~RamFlags.CONTINUE) {
      case RamFlags.PAGE, RamFlags.ZERO, RamFlags.XBZRLE, RamFlags.COMPRESS_PAGE -> true;
      default -> false;
    };
  }

  private static @Nullable PageRecord contents(
      Window window, int what, int nameLength, long body, int pageSize) throws Unparseable {
    return switch (what) {
      case RamFlags.PAGE -> whole(window, PageEncoding.RAW, nameLength, body, pageSize);
      case RamFlags.ZERO -> {
        if (!window.has(body + 1)) {
          yield null;
        }
        PageEncoding encoding = window.u8(body) == 0 ? PageEncoding.ZERO : PageEncoding.FILL;
        yield whole(window, encoding, nameLength, body, 1);
      }
      case RamFlags.XBZRLE -> {
        if (!window.has(body + XBZRLE_HEAD)) {
          yield null;
        }
        int length = window.u16(body + 1);
        if (window.u8(body) != RamFlags.XBZRLE_ENCODING || length > pageSize) {
          throw new Unparseable("an XBZRLE page of unknown encoding or longer than a page");
        }
        yield whole(window, PageEncoding.XBZRLE, nameLength, body + XBZRLE_HEAD, length);
      }
      default -> {
        if (!window.has(body + Integer.BYTES)) {
          yield null;
        }
        long length = window.u32(body);
        if (length == 0 || length > mostCompressed(pageSize)) {
          throw new Unparseable("a compressed page of " + length + " bytes");
        }
        yield whole(window, PageEncoding.ZLIB, nameLength, body + Integer.BYTES, (int) length);
      }
    };
  }

  private static @Nullable PageRecord whole(
      Window window, PageEncoding encoding, int nameLength, long data, int length) {
    long end = data + length;
    return window.has(end) ? new PageRecord(encoding, nameLength, data, end) : null;
  }

  /** What zlib's compressBound allows for a page, with some room. */
  private static int mostCompressed(int pageSize) {
    return pageSize + (pageSize >> 6) + 64;
  }
}
