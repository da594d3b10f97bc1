package org.colotape.analyzer.conformance;

import java.util.List;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Page;
import org.jspecify.annotations.Nullable;

/** Encoded pages, as far as they can be judged without the page that they change. */
final class EncodingCheck implements Check, AutoCloseable {
  /** A decoder that fails half way leaves half a page in the cache: bug 43. */
  static final Rule XBZRLE =
      Rule.error(
          "xbzrle",
          "A delta is pairs of zero run and literal; only the first zero run may be empty, and all"
              + " lies within the page (bug 43).",
          "migration/xbzrle.c, xbzrle_decode_buffer");

  static final Rule ZLIB =
      Rule.error(
          "zlib-page",
          "A compressed page is one whole zlib stream that inflates to a page.",
          "migration/ram.c, qemu_put_compression_data, qemu_uncompress_data (2.4 to 9.0)");

  static final List<Rule> RULES = List.of(XBZRLE, ZLIB);

  private static final int BITS = 7;
  private static final int MORE = 0x80;

  /** Longest number in a delta, in bytes (QEMU util/cutils.c, uleb128_decode_small). */
  private static final int LONGEST = 2;

  private final Inflater inflater = new Inflater();
  private byte[] inflated = new byte[0];

  /** Where the number ends that was read last. */
  private int next;

  @Override
  public void see(Event event, Findings findings) {
    switch (event.getKind()) {
      case PAGE -> page(event, event.getPage(), findings);
      default -> {}
    }
  }

  private void page(Event event, Page page, Findings findings) {
    switch (page.getEncoding()) {
      case XBZRLE -> {
        String wrong = delta(event, page);
        if (wrong != null) {
          findings.add(XBZRLE, event, Math.min(next, Bytes.length(event)), wrong);
        }
      }
      case ZLIB -> {
        String wrong = compressed(event, page);
        if (wrong != null) {
          findings.add(ZLIB, event, page.getDataStart(), wrong);
        }
      }
      default -> {}
    }
  }

  /** What is wrong with a delta, or null. */
  private @Nullable String delta(Event event, Page page) {
    int end = Bytes.length(event);
    next = page.getDataStart();
    if (next >= end) {
      return "an empty delta";
    }
    long written = 0;
    boolean first = true;
    while (next < end) {
      long unchanged = number(event, end);
      long literal = unchanged < 0 ? -1 : number(event, end);
      if (unchanged < 0 || literal < 0) {
        return "a number that does not end";
      }
      if ((unchanged == 0 && !first) || literal == 0) {
        return "an empty run";
      }
      written += unchanged + literal;
      next += (int) literal;
      if (written > page.getPageSize() || next > end) {
        return "a run beyond the end of the %s".formatted(next > end ? "delta" : "page");
      }
      first = false;
    }
    return null;
  }

  /** An unsigned LEB128 number at {@link #next}; -1 if it is too long. */
  private long number(Event event, int end) {
    long value = 0;
    for (int i = 0; i < LONGEST; i++) {
      if (next == end) {
        return -1;
      }
      int part = Bytes.u8(event, next++);
      value |= (long) (part & (MORE - 1)) << (i * BITS);
      if ((part & MORE) == 0) {
        return value;
      }
    }
    return -1;
  }

  /** What is wrong with compressed bytes, or null. No more than a page is inflated. */
  private @Nullable String compressed(Event event, Page page) {
    int most = page.getPageSize() + 1;
    if (inflated.length < most) {
      inflated = new byte[most];
    }
    inflater.reset();
    inflater.setInput(
        event.getWire().duplicate().position(event.getWire().position() + page.getDataStart()));
    try {
      int length = 0;
      int got = -1;
      while (length < most && got != 0) {
        got = inflater.inflate(inflated, length, most - length);
        length += got;
      }
      if (!inflater.finished() || length != page.getPageSize()) {
        return "inflates to %s%d bytes, not to a whole page"
            .formatted(inflater.finished() ? "" : "more or less than ", length);
      }
      return inflater.getRemaining() > 0
          ? inflater.getRemaining() + " bytes behind the zlib stream"
          : null;
    } catch (DataFormatException e) {
      return "no zlib stream: " + e.getMessage();
    }
  }

  @Override
  public void close() {
    inflater.close();
  }
}
