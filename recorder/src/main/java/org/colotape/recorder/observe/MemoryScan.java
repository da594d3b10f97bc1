package org.colotape.recorder.observe;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.colotape.schema.digest.PageDigest;
import org.colotape.schema.event.Memory;
import org.colotape.schema.event.Observation;
import org.colotape.schema.event.ObservedPage;
import org.colotape.schema.layout.PageRegion;
import org.jspecify.annotations.Nullable;

/**
 * Reads all of a block once, and makes observations of those of its pages that say something.
 *
 * @param memory whose memory it is
 * @param reader reads the block
 * @param stream what the primary said
 * @param deadline a {@link System#nanoTime} behind which it stops
 */
record MemoryScan(Memory memory, BlockReader reader, StreamFollower stream, long deadline) {
  /** Pages of an observation: all of them may carry their bytes in one event. */
  private static final int RUN = 128;

  /** Tells which pages say something. */
  interface Choice {
    /**
     * What is to be observed of a page: what was seen of it now, or what the primary said of it, as
     * it was seen to be a moment before; null for nothing.
     *
     * @param said what the primary said of it, as far as that is known
     */
    @Nullable PageDigest takes(int page, PageDigest seen, @Nullable PageDigest said);
  }

  /**
   * Reads the block, but for pages that can't be read.
   *
   * @return number of pages that were read; fewer than the block has if there was no time
   */
  long run(Choice choice, Consumer<Observation> observations) throws IOException {
    int size = stream.pageSize();
    long pages = reader.length() / size;
    byte[] chunk = new byte[(int) Math.min(PageRegion.PAGES, pages) * size];
    List<PageDigest> run = new ArrayList<>();
    List<ObservedPage> differing = new ArrayList<>();
    reader.look();
    for (long first = 0; first < pages; first += PageRegion.PAGES) {
      if (System.nanoTime() - deadline > 0) {
        return first;
      }
      int count = (int) Math.min(PageRegion.PAGES, pages - first);
      reader.read(first * size, chunk, count * size);
      for (int i = 0; i < count; i++) {
        PageDigest seen = PageDigest.of(chunk, i * size, size);
        PageDigest said = stream.digests().last(reader.block(), (first + i) * size, size);
        PageDigest taken =
            reader.holds((first + i) * size) ? choice.takes((int) first + i, seen, said) : null;
        if (!run.isEmpty() && (taken == null || run.size() == RUN)) {
          observations.accept(observation(run, differing, (first + i - run.size()) * size));
        }
        if (taken != null) {
          run.add(taken);
          if (taken.equals(seen) && !seen.equals(said)) {
            byte[] contents = Arrays.copyOfRange(chunk, i * size, (i + 1) * size);
            differing.add(new ObservedPage((first + i) * size, ByteBuffer.wrap(contents)));
          }
        }
      }
      if (!run.isEmpty()) {
        observations.accept(observation(run, differing, (first + count - run.size()) * size));
      }
    }
    return pages;
  }

  private Observation observation(List<PageDigest> run, List<ObservedPage> differing, long offset) {
    ByteBuffer digests = ByteBuffer.allocate(run.size() * PageDigest.BYTES);
    run.forEach(digest -> digests.putLong(digest.high()).putLong(digest.low()));
    Observation observation =
        new Observation(
            memory,
            reader.block(),
            offset,
            stream.pageSize(),
            digests.flip(),
            List.copyOf(differing));
    run.clear();
    differing.clear();
    return observation;
  }
}
