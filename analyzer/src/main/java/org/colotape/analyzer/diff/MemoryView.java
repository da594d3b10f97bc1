package org.colotape.analyzer.diff;

import java.lang.foreign.MemorySegment;
import java.util.function.Supplier;
import org.colotape.replayer.memory.PageWriter;
import org.colotape.replayer.memory.RamBlockMemory;
import org.colotape.schema.digest.PageDigest;
import org.colotape.schema.event.Memory;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.IntConsumer;
import org.roaringbitmap.RoaringBitmap;

/**
 * One memory of one RAM block as the diff sees it: a page is what was observed of it at this
 * checkpoint, else what the model holds. The view knows which pages may show something else than at
 * the last comparison.
 */
final class MemoryView implements AutoCloseable {
  private final Memory memory;
  private @Nullable RamBlockMemory model;
  private @Nullable ObservedPages observed;

  /** Pages the model may have changed since the last comparison. */
  private final RoaringBitmap written = new RoaringBitmap();

  /**
   * Pages whose observation may stand in another relation to the model than {@link #deviating}
   * says.
   */
  private final RoaringBitmap unsettled = new RoaringBitmap();

  /** Pages that were last observed to be something else than the model. */
  private final RoaringBitmap deviating = new RoaringBitmap();

  private final RoaringBitmap observedBefore = new RoaringBitmap();

  /** Model length at the last comparison; 0 if there was no model. */
  private int pagesBefore;

  private boolean firstObservation;

  MemoryView(Memory memory) {
    this.memory = memory;
  }

  Memory memory() {
    return memory;
  }

  /** The replay went on: takes over which pages of the model it wrote. */
  void advance(@Nullable RamBlockMemory current) {
    model = current;
    if (current != null) {
      current.addWritten(written);
      current.addWritten(unsettled);
    }
  }

  /**
   * What is observed of this memory, to be added to.
   *
   * @param pages number of pages of the block
   * @param fresh makes room for observations: called for the first one, and if the block has
   *     another length now
   */
  ObservedPages observed(int pages, Supplier<ObservedPages> fresh) {
    ObservedPages seen = observed;
    if (seen == null || seen.pages() != pages) {
      close();
      seen = fresh.get();
      observed = seen;
      firstObservation = true;
    }
    return seen;
  }

  /** True if a page is known, from whatever source. */
  boolean has(int page) {
    RamBlockMemory replayed = model;
    return isObserved(page) || (replayed != null && page < replayed.pages());
  }

  boolean isObserved(int page) {
    ObservedPages seen = observed;
    return seen != null && seen.observed().contains(page);
  }

  /** What the page is known from; it must be known. */
  Source source(int page) {
    return isObserved(page) ? Source.OBSERVED : Source.MODEL;
  }

  /** What the block's pages are known from, or null if none is known. */
  @Nullable Source source() {
    ObservedPages seen = observed;
    int pages = seen == null ? 0 : seen.observed().getCardinality();
    if (model == null) {
      return pages == 0 ? null : Source.OBSERVED;
    }
    if (pages == 0) {
      return Source.MODEL;
    }
    return pages >= model.pages() ? Source.OBSERVED : Source.PARTLY_OBSERVED;
  }

  /** True if the page differs from the same page of another view; both must know it. */
  boolean differs(int page, MemoryView other) {
    RamBlockMemory here = model;
    RamBlockMemory there = other.model;
    if (here != null && there != null && !isObserved(page) && !other.isObserved(page)) {
      return here.mismatch(page, there) >= 0;
    }
    return !digest(page).equals(other.digest(page));
  }

  /** Digest of a page, which must be known. */
  PageDigest digest(int page) {
    ObservedPages seen = observed;
    return seen != null && seen.observed().contains(page)
        ? seen.digest(page)
        : theModel().pageDigest(page);
  }

  /**
   * Bytes of a page if this view itself knows them: an observation may have left them to the
   * stream.
   */
  @Nullable MemorySegment bytes(int page) {
    ObservedPages seen = observed;
    return seen != null && seen.observed().contains(page)
        ? seen.bytes(page)
        : theModel().page(page);
  }

  /** The model's bytes of the page, if their digest is this one. */
  @Nullable MemorySegment modelBytes(int page, PageDigest digest) {
    RamBlockMemory replayed = model;
    return replayed != null && page < replayed.pages() && replayed.pageDigest(page).equals(digest)
        ? replayed.page(page)
        : null;
  }

  /** The event that last wrote the page of the model. */
  @Nullable PageWriter lastWriter(int page) {
    RamBlockMemory replayed = model;
    return replayed == null || page >= replayed.pages() ? null : replayed.lastWriter(page);
  }

  /** Number of pages of the block that this view knows of. */
  int pages() {
    ObservedPages seen = observed;
    int observable = seen == null || seen.observed().isEmpty() ? 0 : seen.observed().last() + 1;
    return Math.max(observable, model == null ? 0 : model.pages());
  }

  /**
   * True if it is another block than at the last comparison: its model came or got another length.
   */
  boolean isNew() {
    return pagesBefore != (model == null ? 0 : model.pages());
  }

  /** True if the memory was observed for the first time since the last comparison. */
  boolean isFirstObservation() {
    return firstObservation;
  }

  /** Adds every page that may hold something else than zeros. */
  void addNonZero(RoaringBitmap pages) {
    RamBlockMemory replayed = model;
    if (replayed != null) {
      for (int page = replayed.nextNonZero(0); page >= 0; page = replayed.nextNonZero(page + 1)) {
        pages.add(page);
      }
    }
    if (observed != null) {
      pages.or(observed.observed());
    }
  }

  /** Adds every page that may show something else than at the last comparison. */
  void addChanged(RoaringBitmap pages) {
    pages.or(written);
    ObservedPages seen = observed;
    if (seen == null) {
      return;
    }
    settle(seen);
    pages.or(seen.changed());
    if (!seen.observed().equals(observedBefore)) {
      // some pages now come from the other source: they show something else if the two deviate
      pages.or(deviating);
      if (model == null) {
        pages.or(observedBefore);
        pages.or(seen.observed());
      }
    }
  }

  /** A comparison was made: changes count from here. */
  void compared() {
    written.clear();
    pagesBefore = model == null ? 0 : model.pages();
    firstObservation = false;
    ObservedPages seen = observed;
    if (seen != null) {
      seen.compared();
      observedBefore.clear();
      observedBefore.or(seen.observed());
    }
  }

  /** The next checkpoint begins: nothing of it is observed yet. */
  void nextCheckpoint() {
    if (observed != null) {
      observed.nextCheckpoint();
    }
  }

  @Override
  public void close() {
    if (observed != null) {
      observed.close();
    }
  }

  /** Brings {@link #deviating} up to date for the pages that are observed. */
  private void settle(ObservedPages seen) {
    RamBlockMemory replayed = model;
    if (replayed == null) {
      return;
    }
    unsettled.or(seen.changed());
    RoaringBitmap due = RoaringBitmap.and(unsettled, seen.observed());
    due.forEach(
        (IntConsumer)
            page -> {
              if (page >= replayed.pages()
                  || !seen.digest(page).equals(replayed.pageDigest(page))) {
                deviating.add(page);
              } else {
                deviating.remove(page);
              }
            });
    unsettled.andNot(due);
  }

  private RamBlockMemory theModel() {
    RamBlockMemory replayed = model;
    if (replayed == null) {
      throw new IllegalStateException("the page of " + memory + " is not known");
    }
    return replayed;
  }
}
