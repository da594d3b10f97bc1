package org.colotape.recorder.simulation.guest;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** A program in a guest: which writes it makes is told by pattern and seed alone. */
public final class Workload {
  private static final int HOT_PAGES = 64;
  private static final int LONGEST_WRITE = 256;

  /** One of so many writes fills a whole page, one of so many fills it with one byte. */
  private static final int WHOLE = 8;

  private static final int FILLED = 32;

  private final List<GuestBlock> blocks;
  private final WritePattern pattern;
  private final Random random;
  private final long pages;
  private long cursor;

  /** A program that has not begun yet. */
  public Workload(List<GuestBlock> blocks, WritePattern pattern, long seed) {
    this.blocks = List.copyOf(blocks);
    this.pattern = pattern;
    this.random = new Random(seed);
    this.pages = blocks.stream().mapToLong(GuestBlock::pages).sum();
  }

  /** The next writes of the program. */
  public List<GuestWrite> next(int count) {
    List<GuestWrite> writes = new ArrayList<>();
    if (pattern != WritePattern.IDLE) {
      for (int i = 0; i < count; i++) {
        writes.add(next());
      }
    }
    return writes;
  }

  /** Writes that give pages their first contents, from the beginning of each block. */
  public List<GuestWrite> boot(int used) {
    List<GuestWrite> writes = new ArrayList<>();
    for (int block = 0; block < blocks.size(); block++) {
      int count = (int) ((long) used * blocks.get(block).pages() / pages);
      for (int i = 0; i < count; i++) {
        writes.add(whole(new GuestPage(block, i)));
      }
    }
    return writes;
  }

  /** A write of some bytes to a page. */
  public GuestWrite some(GuestPage page) {
    byte[] bytes = new byte[1 + random.nextInt(LONGEST_WRITE)];
    random.nextBytes(bytes);
    return new GuestWrite(page, random.nextInt(GuestPage.BYTES - bytes.length), bytes);
  }

  private GuestWrite next() {
    GuestPage page = page(place());
    if (pattern == WritePattern.ZEROING && random.nextBoolean()) {
      return GuestWrite.zeroing(page);
    }
    if (random.nextInt(FILLED) == 0) {
      byte[] bytes = new byte[GuestPage.BYTES];
      Arrays.fill(bytes, (byte) (1 + random.nextInt(0xff)));
      return new GuestWrite(page, 0, bytes);
    }
    return random.nextInt(WHOLE) == 0 ? whole(page) : some(page);
  }

  private GuestWrite whole(GuestPage page) {
    byte[] bytes = new byte[GuestPage.BYTES];
    random.nextBytes(bytes);
    return new GuestWrite(page, 0, bytes);
  }

  private long place() {
    return switch (pattern) {
      case SEQUENTIAL -> cursor++ % pages;
      case HOT_SET ->
          random.nextInt(10) == 0 ? anywhere() : random.nextLong(Math.min(HOT_PAGES, pages));
      case UNIFORM, ZEROING, IDLE -> anywhere();
    };
  }

  private long anywhere() {
    return random.nextLong(pages);
  }

  /** The page at a place, where the blocks are counted through. */
  private GuestPage page(long place) {
    long rest = place;
    int block = 0;
    while (rest >= blocks.get(block).pages()) {
      rest -= blocks.get(block).pages();
      block++;
    }
    return new GuestPage(block, (int) rest);
  }
}
