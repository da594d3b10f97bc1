package org.colotape.recorder.observe;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.LongStream;
import org.colotape.schema.digest.PageDigest;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Page;
import org.colotape.schema.event.RamBlock;
import org.colotape.schema.event.RamBlockList;
import org.colotape.schema.layout.PageRegion;
import org.jspecify.annotations.Nullable;

/**
 * What the stream last said of each page, as a digest. A page that it never sent is zero, as the
 * secondary's memory is when it starts. Costs 16 bytes for each page of the regions that were
 * written.
 */
final class StreamDigests {
  private final Map<String, Map<Long, @Nullable PageDigest[]>> blocks = new HashMap<>();
  private final Map<String, Long> usedLengths = new LinkedHashMap<>();
  private final Map<Integer, PageDigest> zeroPages = new HashMap<>();

  /** Learns from an event of the stream. */
  void see(Event event) {
    switch (event.getKind()) {
      case RAM_BLOCK_LIST -> see(event.getBlocks());
      case PAGE -> see(event, event.getPage());
      default -> {}
    }
  }

  /** Used length in bytes of each RAM block, in the order of the stream's list. */
  Map<String, Long> usedLengths() {
    return usedLengths;
  }

  /**
   * Digest of a page as the stream last said it; null if it sent an encoding that does not tell,
   * and nothing was learned of it.
   */
  @Nullable PageDigest last(String block, long offset, int pageSize) {
    long page = offset / pageSize;
    @Nullable PageDigest @Nullable [] region = region(block, page);
    return region == null ? zero(pageSize) : region[(int) (page % PageRegion.PAGES)];
  }

  /** Learns what an encoding did not tell of a page that was sent: what it was seen to be since. */
  void learn(String block, long offset, int pageSize, PageDigest seen) {
    long page = offset / pageSize;
    @Nullable PageDigest @Nullable [] region = region(block, page);
    int at = (int) (page % PageRegion.PAGES);
    if (region != null && region[at] == null) {
      region[at] = seen;
    }
  }

  private @Nullable PageDigest @Nullable [] region(String block, long page) {
    Map<Long, @Nullable PageDigest[]> regions = blocks.get(block);
    return regions == null ? null : regions.get(page / PageRegion.PAGES);
  }

  /** True if the stream said that the page holds something else than zeros. */
  boolean isKnownNonZero(String block, long offset, int pageSize) {
    PageDigest last = last(block, offset, pageSize);
    return last != null && !last.equals(zero(pageSize));
  }

  /** True if the stream said that all of a block is zeros. */
  boolean isZero(String block, int pageSize) {
    return pages(block, pageSize)
        .allMatch(offset -> zero(pageSize).equals(last(block, offset, pageSize)));
  }

  /** Another block that begins with just what all of a block holds; null if there is none. */
  @Nullable String twin(String block, int pageSize) {
    long length = usedLengths.getOrDefault(block, 0L);
    return usedLengths.keySet().stream()
        .filter(other -> !other.equals(block) && usedLengths.getOrDefault(other, 0L) >= length)
        .filter(other -> pages(block, pageSize).allMatch(at -> isSame(block, other, at, pageSize)))
        .findFirst()
        .orElse(null);
  }

  private boolean isSame(String block, String other, long offset, int pageSize) {
    PageDigest digest = last(block, offset, pageSize);
    return digest != null && digest.equals(last(other, offset, pageSize));
  }

  private LongStream pages(String block, int pageSize) {
    return LongStream.range(0, usedLengths.getOrDefault(block, 0L) / pageSize)
        .map(page -> page * pageSize);
  }

  private void see(RamBlockList list) {
    for (RamBlock block : list.getBlocks()) {
      usedLengths.put(block.getName(), block.getUsedLength());
    }
  }

  private void see(Event event, Page page) {
    int pageSize = page.getPageSize();
    PageDigest digest = digest(event, page);
    long first = page.getOffset() / pageSize;
    @Nullable PageDigest[] region =
        blocks
            .computeIfAbsent(page.getBlock(), name -> new HashMap<>())
            .computeIfAbsent(first / PageRegion.PAGES, number -> untouched(pageSize));
    int from = (int) (first % PageRegion.PAGES);
    Arrays.fill(region, from, from + page.getPages(), digest);
  }

  private @Nullable PageDigest digest(Event event, Page page) {
    byte[] wire = event.getWire().array();
    int data = event.getWire().arrayOffset() + event.getWire().position() + page.getDataStart();
    return switch (page.getEncoding()) {
      case ZERO -> zero(page.getPageSize());
      case RAW -> PageDigest.of(wire, data, page.getPageSize());
      case FILL -> filled(wire[data], page.getPageSize());
      case XBZRLE, ZLIB, ZLIB_STREAM, ZSTD_STREAM, UNKNOWN -> null;
    };
  }

  private PageDigest zero(int pageSize) {
    return zeroPages.computeIfAbsent(pageSize, size -> filled((byte) 0, size));
  }

  private static PageDigest filled(byte value, int pageSize) {
    byte[] page = new byte[pageSize];
    Arrays.fill(page, value);
    return PageDigest.of(page, 0, pageSize);
  }

  private @Nullable PageDigest[] untouched(int pageSize) {
    @Nullable PageDigest[] region = new PageDigest[PageRegion.PAGES];
    Arrays.fill(region, zero(pageSize));
    return region;
  }
}
