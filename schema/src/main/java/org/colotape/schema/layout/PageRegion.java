package org.colotape.schema.layout;

/**
 * A region is {@value #PAGES} pages of one RAM block, aligned to as many. All pages of a region lie
 * on the same partition, so a run of zero pages that stays within one region can be a single event,
 * and the history of a page stays ordered even when partitions are read apart.
 */
public final class PageRegion {
  /** Pages in a region; a power of two. */
  public static final int PAGES = 512;

  private static final long FIBONACCI = 0x9E3779B97F4A7C15L;

  private PageRegion() {}

  /**
   * The partition of a page.
   *
   * @param block name of the RAM block
   * @param offset offset of the page in the block, in bytes
   * @param pageSize size of a page in bytes
   * @param partitions number of page partitions, at least 1
   * @return a number from 0 to {@code partitions - 1}, the same on every machine
   */
  public static int partition(String block, long offset, int pageSize, int partitions) {
    long region = offset / pageSize / PAGES;
    // String.hashCode is fixed by the Java specification; the multiplication spreads neighbouring
    // regions
    long mixed = (block.hashCode() + region) * FIBONACCI;
    return (int) ((mixed >>> 32) % partitions);
  }

  /**
   * Pages from the one at {@code offset} to the end of its region, itself counted: 1 to {@value
   * #PAGES}.
   */
  public static int pagesLeft(long offset, int pageSize) {
    return PAGES - (int) (offset / pageSize & (PAGES - 1));
  }
}
