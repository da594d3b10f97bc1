package org.colotape.analyzer.diff;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.colotape.replayer.memory.GuestMemory;
import org.colotape.replayer.memory.PageStore;
import org.colotape.replayer.memory.RamBlockMemory;
import org.colotape.replayer.memory.ScratchSpace;
import org.colotape.schema.digest.PageDigest;
import org.colotape.schema.event.Memory;
import org.colotape.schema.event.Observation;
import org.colotape.schema.event.ObservedPage;
import org.jspecify.annotations.Nullable;

/**
 * Compares PVM, COLO cache and SVM at one checkpoint after the other. At each checkpoint: {@link
 * #observe} what was seen from outside, {@link #advance} behind the replay, then {@link #compare}
 * unless the checkpoint can't be compared, and {@link #nextCheckpoint}. Work follows the pages that
 * changed: written in a model, or observed with another digest than before. Only the first
 * observation of a memory, and a block that is new or was given another length, is a comparison of
 * everything that is not known to be zero. Used by one thread.
 */
public final class MemoryDiff implements AutoCloseable {
  private final GuestMemory pvm;
  private final GuestMemory cache;
  private final GuestMemory svm;
  private final ScratchSpace scratch;
  private final Map<String, BlockDiff> blocks = new LinkedHashMap<>();

  /** Keeps observed bytes; made with the first observation. */
  private @Nullable PageStore store;

  /**
   * A diff that has compared nothing yet.
   *
   * @param pvm model of the PVM; a memory of which there is no model has no blocks
   * @param cache model of the COLO cache
   * @param svm model of the SVM
   * @param scratch where the space for observed bytes comes from
   */
  public MemoryDiff(GuestMemory pvm, GuestMemory cache, GuestMemory svm, ScratchSpace scratch) {
    this.pvm = pvm;
    this.cache = cache;
    this.svm = svm;
    this.scratch = scratch;
  }

  /**
   * Takes an observation of the checkpoint that is being replayed.
   *
   * @return null, or why it can't be used, in a few words
   */
  public @Nullable String observe(Observation seen) {
    RamBlockMemory model = svm.find(seen.getBlock());
    String problem = problemOf(seen, model);
    if (model == null || problem != null) {
      return problem;
    }
    BlockDiff block =
        blocks.computeIfAbsent(model.name(), name -> new BlockDiff(name, model.pageSize()));
    ObservedPages pages = block.view(seen.getMemory()).observed(model.pages(), () -> pages(model));
    ByteBuffer digests = seen.getDigests().duplicate();
    int first = (int) (seen.getOffset() / seen.getPageSize());
    for (int page = first; digests.hasRemaining(); page++) {
      pages.set(page, digests.getLong(), digests.getLong());
    }
    return takeBytes(seen, pages);
  }

  /**
   * The models are now as this checkpoint left them: takes over which pages were written since the
   * last call.
   */
  public void advance() {
    Stream.of(svm, cache, pvm).forEach(this::addBlocks);
    for (BlockDiff block : blocks.values()) {
      block.view(Memory.SVM).advance(svm.find(block.name()));
      block.view(Memory.CACHE).advance(cache.find(block.name()));
      block.view(Memory.PVM).advance(pvm.find(block.name()));
    }
  }

  /** Compares all blocks as they are now. */
  public List<BlockComparison> compare() {
    return blocks.values().stream().map(BlockDiff::compare).toList();
  }

  /**
   * The evidence of what differed at the last comparison.
   *
   * @param checkpoint the checkpoint that was compared
   * @param pages how many pages at most, counted over all blocks; each may differ in several pairs
   */
  public List<Divergence> divergences(int checkpoint, int pages) {
    List<Divergence> all = new ArrayList<>();
    int left = pages;
    for (BlockDiff block : blocks.values()) {
      List<Divergence> found = block.divergences(checkpoint, left);
      left -= (int) found.stream().mapToLong(Divergence::offset).distinct().count();
      all.addAll(found);
    }
    return all;
  }

  /** The next checkpoint begins: what was observed at this one does not hold any more. */
  public void nextCheckpoint() {
    blocks.values().forEach(BlockDiff::nextCheckpoint);
  }

  /** Gives the space of observed bytes back. */
  @Override
  public void close() {
    blocks.values().forEach(BlockDiff::close);
    if (store != null) {
      store.close();
    }
  }

  private void addBlocks(GuestMemory memory) {
    for (RamBlockMemory block : memory.blocks()) {
      blocks.computeIfAbsent(block.name(), name -> new BlockDiff(name, block.pageSize()));
    }
  }

  private ObservedPages pages(RamBlockMemory model) {
    PageStore pages = store;
    if (pages == null) {
      pages = new PageStore(scratch, model.pageSize(), false);
      store = pages;
    }
    return new ObservedPages(new RamBlockMemory(model.name(), model.usedLength(), pages));
  }

  private static @Nullable String problemOf(Observation seen, @Nullable RamBlockMemory model) {
    int bytes = seen.getDigests().remaining();
    if (seen.getMemory() == Memory.UNKNOWN) {
      return "of a memory that this version does not know";
    }
    if (model == null) {
      return "of a RAM block that no RAM block list introduced";
    }
    if (seen.getPageSize() != model.pageSize()) {
      return "in pages of " + seen.getPageSize() + " bytes, the block has " + model.pageSize();
    }
    long end = seen.getOffset() + (long) (bytes / PageDigest.BYTES) * model.pageSize();
    if (end > model.usedLength()) {
      return "beyond the block's used length of " + model.usedLength() + " bytes";
    }
    return null;
  }

  /**
   * Takes the bytes that the observation carries; those that are not what its digests say are left
   * out.
   */
  private static @Nullable String takeBytes(Observation seen, ObservedPages pages) {
    String problem = null;
    for (ObservedPage page : seen.getDiffering()) {
      byte[] contents = new byte[page.getContents().remaining()];
      page.getContents().duplicate().get(contents);
      int index = (int) (page.getOffset() / seen.getPageSize());
      if (PageDigest.of(contents, 0, contents.length).equals(pages.digest(index))) {
        pages.setBytes(index, contents, 0);
      } else {
        problem =
            String.format("with bytes of page 0x%x that its digest contradicts", page.getOffset());
      }
    }
    return problem;
  }
}
