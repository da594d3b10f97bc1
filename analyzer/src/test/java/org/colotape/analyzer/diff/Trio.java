package org.colotape.analyzer.diff;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.colotape.replayer.memory.GuestMemory;
import org.colotape.replayer.memory.PageStore;
import org.colotape.replayer.memory.RamBlockMemory;
import org.colotape.replayer.memory.ScratchSpace;
import org.colotape.schema.digest.PageDigest;
import org.colotape.schema.event.Memory;
import org.colotape.schema.event.Observation;
import org.colotape.schema.event.ObservedPage;

/** Three memories of one block with a diff, driven by hand. */
final class Trio implements AutoCloseable {
  static final int PAGE = 4096;
  static final String RAM = "ram";

  final RamBlockMemory pvm;
  final RamBlockMemory cache;
  final RamBlockMemory svm;
  final MemoryDiff diff;
  private final PageStore store;
  private final List<GuestMemory> memories = new ArrayList<>();

  Trio(Path scratch, int pages) {
    ScratchSpace space = new ScratchSpace(scratch);
    store = new PageStore(space, PAGE, true);
    pvm = add(Memory.PVM, pages);
    cache = add(Memory.CACHE, pages);
    svm = add(Memory.SVM, pages);
    diff = new MemoryDiff(memories.get(0), memories.get(1), memories.get(2), space);
  }

  private RamBlockMemory add(Memory kind, int pages) {
    GuestMemory memory = new GuestMemory(kind);
    RamBlockMemory block = new RamBlockMemory(RAM, (long) pages * PAGE, store);
    memory.add(block);
    memories.add(memory);
    return block;
  }

  /** Says which event the writes from now on come from. */
  Trio writingFor(long seq, long streamOffset, int checkpoint) {
    store.writingFor(seq, streamOffset, checkpoint);
    return this;
  }

  /** Fills a page in all three memories. */
  Trio sent(int page, int fill) {
    for (RamBlockMemory memory : List.of(pvm, cache, svm)) {
      memory.fill(page, (byte) fill);
    }
    return this;
  }

  /**
   * Observes consecutive pages, each filled with one byte, with the bytes of those at {@code
   * withBytes}.
   */
  Trio observed(Memory memory, int first, List<Integer> fills, List<Integer> withBytes) {
    diff.observe(observation(memory, first, fills, withBytes));
    return this;
  }

  static Observation observation(
      Memory memory, int first, List<Integer> fills, List<Integer> withBytes) {
    ByteBuffer digests = ByteBuffer.allocate(fills.size() * PageDigest.BYTES);
    List<ObservedPage> differing = new ArrayList<>();
    for (int i = 0; i < fills.size(); i++) {
      byte[] page = new byte[PAGE];
      Arrays.fill(page, fills.get(i).byteValue());
      PageDigest digest = PageDigest.of(page, 0, PAGE);
      digests.putLong(digest.high()).putLong(digest.low());
      if (withBytes.contains(first + i)) {
        differing.add(new ObservedPage((long) (first + i) * PAGE, ByteBuffer.wrap(page)));
      }
    }
    return new Observation(memory, RAM, (long) first * PAGE, PAGE, digests.flip(), differing);
  }

  /** The checkpoint is over: compares, and goes on to the next one. */
  BlockComparison compare() {
    diff.advance();
    BlockComparison comparison = diff.compare().getFirst();
    next();
    return comparison;
  }

  /** Goes on to the next checkpoint. */
  void next() {
    diff.nextCheckpoint();
    List.of(pvm, cache, svm).forEach(RamBlockMemory::clearWritten);
  }

  @Override
  public void close() {
    diff.close();
    memories.forEach(GuestMemory::close);
    store.close();
  }
}
