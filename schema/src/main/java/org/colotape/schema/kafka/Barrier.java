package org.colotape.schema.kafka;

import java.util.List;

/**
 * A place to read from: a control event, and where the page partitions stand at it.
 *
 * @param seq the event's place in the recording
 * @param pageEnds offsets in the page partitions; empty for their beginnings
 * @param offset the event's offset in the control partition
 */
record Barrier(long seq, List<Long> pageEnds, long offset) {
  /** The beginning of a recording. */
  static final Barrier FIRST = new Barrier(0, List.of(), 0);

  /** Where to read a partition from; the control partition comes behind those of pages. */
  long offset(int partition) {
    if (pageEnds.isEmpty()) {
      return 0;
    }
    return partition < pageEnds.size() ? pageEnds.get(partition) : offset;
  }
}
