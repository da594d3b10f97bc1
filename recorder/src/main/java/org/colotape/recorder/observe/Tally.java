package org.colotape.recorder.observe;

import org.colotape.schema.digest.PageDigest;
import org.colotape.schema.event.Observation;

/** What was observed of one memory at a checkpoint, to be told in a line. */
final class Tally {
  private int blocks;
  private long read;
  private long kept;
  private long unlike;

  /** A block was read whole. */
  void read(long pages) {
    blocks++;
    read += pages;
  }

  /** Pages of it were kept. */
  void count(Observation observation) {
    kept += observation.getDigests().remaining() / PageDigest.BYTES;
    unlike += observation.getDiffering().size();
  }

  /** True if no block was read. */
  boolean isEmpty() {
    return blocks == 0;
  }

  @Override
  public String toString() {
    return " %d pages read (%s), %d kept, %d unlike the stream;"
        .formatted(read, blocks == 1 ? "1 block" : blocks + " blocks", kept, unlike);
  }
}
