package org.colotape.schema.check;

import org.colotape.schema.event.Page;
import org.colotape.schema.event.PageEncoding;
import org.colotape.schema.event.PagePacket;
import org.colotape.schema.layout.PageRegion;
import org.jspecify.annotations.Nullable;

/**
 * What a page says of itself. Whether it lies in its block, and whether its bytes can be decoded,
 * is not asked: a damaged stream may hold such pages.
 */
final class PageCheck {
  /** Largest page of any target of QEMU, 64 KiB (its target page bits are 16 at most). */
  private static final int LARGEST = 1 << 16;

  private PageCheck() {}

  /**
   * What is wrong, or null.
   *
   * @param wire number of the event's wire bytes
   */
  static @Nullable String fault(Page page, int wire) {
    int size = page.getPageSize();
    if (!isSize(size)) {
      return size(size);
    }
    if (!isOffset(page.getOffset(), size)) {
      return "a page at offset " + page.getOffset();
    }
    int pages = page.getPages();
    if (pages != 1 && !isRun(page)) {
      return pages + " pages " + page.getEncoding() + " at offset " + page.getOffset();
    }
    if (page.getDataStart() < 0 || page.getDataStart() > wire) {
      return "contents at " + page.getDataStart() + " of " + wire + " wire bytes";
    }
    return packet(page);
  }

  /** True if pages can have this size, in bytes: a power of two. */
  static boolean isSize(int size) {
    return size > 0 && size <= LARGEST && (size & (size - 1)) == 0;
  }

  /** Names a page size that is none. */
  static String size(int size) {
    return "pages of " + size + " bytes";
  }

  /** True if a page of this size can begin there. */
  static boolean isOffset(long offset, int size) {
    return offset >= 0 && (offset & (size - 1)) == 0;
  }

  private static boolean isRun(Page page) {
    boolean mayBe =
        page.getEncoding() == PageEncoding.ZERO || page.getEncoding() == PageEncoding.UNKNOWN;
    return mayBe
        && page.getPages() > 0
        && page.getPages() <= PageRegion.pagesLeft(page.getOffset(), page.getPageSize());
  }

  /** Pages of a compressed stream, and no others, say where in their packet's data they are. */
  private static @Nullable String packet(Page page) {
    PagePacket packet = page.getPacket();
    int index = packet == null ? -1 : packet.getIndex();
    boolean holds =
        switch (page.getEncoding()) {
          case ZSTD_STREAM, ZLIB_STREAM -> index >= 0;
          case RAW, ZERO, FILL, XBZRLE, ZLIB -> index == -1;
          case UNKNOWN -> index >= -1;
        };
    return holds ? null : page.getEncoding() + " as page " + index + " of its packet";
  }
}
