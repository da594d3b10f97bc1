package org.colotape.analyzer.diff;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.colotape.schema.digest.PageDigest;
import org.colotape.schema.event.Memory;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.PeekableIntIterator;
import org.roaringbitmap.RoaringBitmap;

/**
 * The three memories of one RAM block, and which of their pages differed at the last comparison.
 */
final class BlockDiff implements AutoCloseable {
  private final String name;
  private final int pageSize;
  private final MemoryView pvm = new MemoryView(Memory.PVM);
  private final MemoryView cache = new MemoryView(Memory.CACHE);
  private final MemoryView svm = new MemoryView(Memory.SVM);
  private final List<MemoryView> views = List.of(pvm, cache, svm);
  private final Map<MemoryPair, RoaringBitmap> differing = new EnumMap<>(MemoryPair.class);

  BlockDiff(String name, int pageSize) {
    this.name = name;
    this.pageSize = pageSize;
    for (MemoryPair pair : MemoryPair.values()) {
      differing.put(pair, new RoaringBitmap());
    }
  }

  String name() {
    return name;
  }

  int pageSize() {
    return pageSize;
  }

  MemoryView view(Memory memory) {
    return switch (memory) {
      case PVM -> pvm;
      case CACHE -> cache;
      case SVM -> svm;
      case UNKNOWN -> throw new IllegalArgumentException("no such memory");
    };
  }

  /** Compares the pages that may have changed since the last comparison. */
  BlockComparison compare() {
    RoaringBitmap pages = new RoaringBitmap();
    boolean isNew = views.stream().anyMatch(MemoryView::isNew);
    if (isNew) {
      differing.values().forEach(RoaringBitmap::clear);
      views.forEach(view -> view.addNonZero(pages));
    }
    views.forEach(view -> view.addChanged(pages));
    boolean whole = isNew || views.stream().anyMatch(MemoryView::isFirstObservation);
    RoaringBitmap pvmCache = set(MemoryPair.PVM_CACHE);
    RoaringBitmap cacheSvm = set(MemoryPair.CACHE_SVM);
    RoaringBitmap pvmSvm = set(MemoryPair.PVM_SVM);
    int compared = 0;
    for (PeekableIntIterator each = pages.getIntIterator(); each.hasNext(); ) {
      int page = each.next();
      boolean first = differs(pvm, cache, page);
      boolean second = differs(cache, svm, page);
      // what equals the cache on both sides is equal
      boolean third = (first || second || !cache.has(page)) && differs(pvm, svm, page);
      put(pvmCache, page, first);
      put(cacheSvm, page, second);
      put(pvmSvm, page, third);
      compared++;
    }
    views.forEach(MemoryView::compared);
    return comparison(compared, whole);
  }

  /** The evidence of the first pages that differ, {@code limit} pages at most. */
  List<Divergence> divergences(int checkpoint, int limit) {
    RoaringBitmap any = new RoaringBitmap();
    differing.values().forEach(any::or);
    List<Divergence> found = new ArrayList<>();
    PeekableIntIterator pages = any.getIntIterator();
    for (int n = 0; n < limit && pages.hasNext(); n++) {
      found.addAll(divergencesOf(checkpoint, pages.next()));
    }
    return found;
  }

  void nextCheckpoint() {
    views.forEach(MemoryView::nextCheckpoint);
  }

  @Override
  public void close() {
    views.forEach(MemoryView::close);
  }

  private static boolean differs(MemoryView left, MemoryView right, int page) {
    return left.has(page) && right.has(page) && left.differs(page, right);
  }

  private static void put(RoaringBitmap pages, int page, boolean member) {
    if (member) {
      pages.add(page);
    } else {
      pages.remove(page);
    }
  }

  private RoaringBitmap set(MemoryPair pair) {
    return Objects.requireNonNull(differing.get(pair));
  }

  private BlockComparison comparison(int compared, boolean whole) {
    Map<Memory, Source> sources = new EnumMap<>(Memory.class);
    for (MemoryView view : views) {
      Source source = view.source();
      if (source != null) {
        sources.put(view.memory(), source);
      }
    }
    Map<MemoryPair, PageSet> different = new EnumMap<>(MemoryPair.class);
    differing.forEach((pair, pages) -> {
      if (!pages.isEmpty()) {
        different.put(pair, PageSet.of(pages));
      }
    });
    int pages = views.stream().mapToInt(MemoryView::pages).max().orElse(0);
    return new BlockComparison(name, pageSize, pages, compared, whole, sources, different);
  }

  private List<Divergence> divergencesOf(int checkpoint, int page) {
    Map<Memory, Side> sides = new EnumMap<>(Memory.class);
    List<Divergence> found = new ArrayList<>();
    for (MemoryPair pair : MemoryPair.values()) {
      if (set(pair).contains(page)) {
        Side left = sides.computeIfAbsent(pair.left(), memory -> side(view(memory), page));
        Side right = sides.computeIfAbsent(pair.right(), memory -> side(view(memory), page));
        found.add(divergence(checkpoint, page, pair, left, right));
      }
    }
    return found;
  }

  private Divergence divergence(int checkpoint, int page, MemoryPair pair, Side left, Side right) {
    PageBytes here = left.bytes();
    PageBytes there = right.bytes();
    int first = here == null || there == null ? -1 : here.mismatch(there);
    long offset = (long) page * pageSize;
    return new Divergence(checkpoint, name, offset, pair, left, right, first, pvm.lastWriter(page));
  }

  private Side side(MemoryView view, int page) {
    Source source = view.source(page);
    PageDigest digest = view.digest(page);
    MemorySegment bytes = bytes(view, page, digest);
    return new Side(
        view.memory(),
        source,
        digest,
        bytes == null ? null : PageBytes.copyOf(bytes),
        source == Source.MODEL ? view.lastWriter(page) : null);
  }

  /**
   * An observation has no bytes of a page that is as the stream last said: a model with that digest
   * has them.
   */
  private @Nullable MemorySegment bytes(MemoryView view, int page, PageDigest digest) {
    MemorySegment own = view.bytes(page);
    if (own != null) {
      return own;
    }
    for (MemoryView other : views) {
      MemorySegment same = other.modelBytes(page, digest);
      if (same != null) {
        return same;
      }
    }
    return null;
  }
}
