package org.colotape.recorder.simulation.guest;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * One memory of a guest: all its RAM blocks. It is off-heap, and a page takes space when it is
 * first written to; until then it is zero. Used by one thread.
 */
public final class GuestMemory implements AutoCloseable {
  private static final int SLAB_PAGES = 256;
  private static final int REGION_PAGES = 512;
  private static final MemorySegment ZERO =
      MemorySegment.ofArray(new byte[GuestPage.BYTES]).asReadOnly();

  private final Arena arena = Arena.ofConfined();
  private final List<MemorySegment> slabs = new ArrayList<>();

  /** By block and region: which page of the slabs holds a page, counted from 1; 0 if none does. */
  private final int[][][] places;

  private int held;

  /** A memory of zeros. */
  public GuestMemory(List<GuestBlock> blocks) {
    places = new int[blocks.size()][][];
    for (int i = 0; i < places.length; i++) {
      places[i] = new int[(blocks.get(i).pages() + REGION_PAGES - 1) / REGION_PAGES][];
    }
  }

  /** The page's bytes, for reading. */
  public MemorySegment read(GuestPage page) {
    int place = place(page);
    return place == 0 ? ZERO : at(place).asReadOnly();
  }

  /** A copy of the page's bytes. */
  public byte[] bytes(GuestPage page) {
    byte[] bytes = new byte[GuestPage.BYTES];
    MemorySegment.copy(read(page), 0, MemorySegment.ofArray(bytes), 0, GuestPage.BYTES);
    return bytes;
  }

  /** Writes bytes into a page. */
  public void write(GuestPage page, int at, byte[] bytes) {
    MemorySegment.copy(MemorySegment.ofArray(bytes), 0, forWriting(page), at, bytes.length);
  }

  /** Makes a page zero. */
  public void zero(GuestPage page) {
    int place = place(page);
    if (place != 0) {
      at(place).fill((byte) 0);
    }
  }

  /** Makes a page what it is in another memory. */
  public void copy(GuestPage page, GuestMemory from) {
    if (from.place(page) == 0) {
      zero(page);
    } else {
      forWriting(page).copyFrom(from.read(page));
    }
  }

  /** True if all bytes of the page are zero. */
  public boolean isZero(GuestPage page) {
    return place(page) == 0 || read(page).mismatch(ZERO) < 0;
  }

  /** True if the page is the same in another memory. */
  public boolean agrees(GuestPage page, GuestMemory other) {
    return (place(page) == 0 && other.place(page) == 0)
        || read(page).mismatch(other.read(page)) < 0;
  }

  /** Shows each page that was ever written to, in order. */
  public void forEachTouched(Consumer<GuestPage> visitor) {
    for (int block = 0; block < places.length; block++) {
      for (int region = 0; region < places[block].length; region++) {
        int[] pages = places[block][region];
        for (int i = 0; pages != null && i < REGION_PAGES; i++) {
          if (pages[i] != 0) {
            visitor.accept(new GuestPage(block, region * REGION_PAGES + i));
          }
        }
      }
    }
  }

  /** Makes all pages zero. */
  public void clear() {
    forEachTouched(this::zero);
  }

  @Override
  public void close() {
    arena.close();
  }

  private int place(GuestPage page) {
    int[] region = places[page.block()][page.index() / REGION_PAGES];
    return region == null ? 0 : region[page.index() % REGION_PAGES];
  }

  private MemorySegment forWriting(GuestPage page) {
    int[][] block = places[page.block()];
    int region = page.index() / REGION_PAGES;
    if (block[region] == null) {
      block[region] = new int[REGION_PAGES];
    }
    int i = page.index() % REGION_PAGES;
    if (block[region][i] == 0) {
      if (held % SLAB_PAGES == 0) {
        slabs.add(arena.allocate((long) SLAB_PAGES * GuestPage.BYTES, GuestPage.BYTES));
      }
      held++;
      block[region][i] = held;
    }
    return at(block[region][i]);
  }

  private MemorySegment at(int place) {
    int index = place - 1;
    return slabs
        .get(index / SLAB_PAGES)
        .asSlice((long) (index % SLAB_PAGES) * GuestPage.BYTES, GuestPage.BYTES);
  }
}
