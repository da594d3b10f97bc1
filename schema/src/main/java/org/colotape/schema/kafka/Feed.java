package org.colotape.schema.kafka;

import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.TopicPartition;

/**
 * One partition on its way from the thread that fetches to the one that reads. Counts the bytes in
 * between: fetching pauses when all feeds together hold their limit and this one its share of it,
 * and goes on at half of either. So a feed that is read alone may fill the whole limit, and none is
 * ever starved by others that are full.
 */
final class Feed {
  private final TopicPartition partition;
  private final long start;
  private final long end;
  private final Budget budget;
  private final AtomicLong backlog = new AtomicLong();

  /**
   * The bytes that all feeds of a reader hold.
   *
   * @param limit bytes at which fetching pauses
   * @param share bytes that each feed may hold whatever the others do
   */
  record Budget(long limit, long share, AtomicLong backlog) {
    Budget(long limit, int feeds) {
      this(limit, limit / feeds, new AtomicLong());
    }
  }

  /**
   * @param start the offset at which reading begins
   * @param end the offset before which reading ends
   * @param budget shared by the feeds of a reader
   */
  Feed(TopicPartition partition, long start, long end, Budget budget) {
    this.partition = partition;
    this.start = start;
    this.end = end;
    this.budget = budget;
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
    budget.backlog.addAndGet(bytes);
  }

  /** Counts what was read; true if fetching may go on. */
  boolean read(long bytes) {
    backlog.addAndGet(-bytes);
    budget.backlog.addAndGet(-bytes);
    return isHalfEmpty();
  }

  boolean isFull() {
    return backlog.get() >= budget.share && budget.backlog.get() >= budget.limit;
  }

  boolean isHalfEmpty() {
    return backlog.get() <= budget.share / 2 || budget.backlog.get() <= budget.limit / 2;
  }
}
