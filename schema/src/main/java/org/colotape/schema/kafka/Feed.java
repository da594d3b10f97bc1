package org.colotape.schema.kafka;

import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.TopicPartition;

/**
 * One partition on its way from the thread that fetches to the one that reads. Counts the bytes in
 * between: at a limit fetching pauses, at half of it it goes on.
 */
final class Feed {
  private final TopicPartition partition;
  private final long start;
  private final long end;
  private final long limit;
  private final AtomicLong backlog = new AtomicLong();

  /**
   * @param start the offset at which reading begins
   * @param end the offset before which reading ends
   * @param limit bytes
   */
  Feed(TopicPartition partition, long start, long end, long limit) {
    this.partition = partition;
    this.start = start;
    this.end = end;
    this.limit = limit;
  }

  TopicPartition partition() {
    return partition;
  }

  long start() {
    return start;
  }

  long end() {
    return end;
  }

  void fetched(long bytes) {
    backlog.addAndGet(bytes);
  }

  /** Counts what was read; true if fetching may go on because of it. */
  boolean read(long bytes) {
    long left = backlog.addAndGet(-bytes);
    return left <= limit / 2 && left + bytes > limit / 2;
  }

  boolean isFull() {
    return backlog.get() >= limit;
  }

  boolean isHalfEmpty() {
    return backlog.get() <= limit / 2;
  }
}
