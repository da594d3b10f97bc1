package org.colotape.schema.kafka;

import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.colotape.schema.ColotapeException;
import org.jspecify.annotations.Nullable;

/**
 * Checks the acknowledgements of one partition. A recording's partitions have one writer, so the
 * n-th record must be acknowledged at offset n; Kafka calls back in that order. A writer that goes
 * on where another one ended passes over the records that are there. One object serves all records
 * of its partition.
 */
final class PartitionAcks implements Callback {
  private final TopicPartition partition;
  private final FirstFailure failure;
  private final long present;
  private long sent;
  private long sentBytes;
  private volatile long acknowledged;
  private volatile long acknowledgedBytes;

  /**
   * @param present number of records that are there
   */
  PartitionAcks(TopicPartition partition, FirstFailure failure, long present) {
    this.partition = partition;
    this.failure = failure;
    this.present = present;
    this.acknowledged = present;
  }

  TopicPartition partition() {
    return partition;
  }

  /** Counts a record; true if it is there. Called by the writer's thread. */
  boolean passes() {
    sent++;
    return sent <= present;
  }

  /** Counts the bytes of a record that is about to be sent. Called by the writer's thread. */
  void sending(int bytes) {
    sentBytes += bytes;
  }

  /** Number of records so far: the partition's end offset, once all have arrived. */
  long sent() {
    return sent;
  }

  /** Number of records that were sent and have not been acknowledged. */
  long unacknowledged() {
    return Math.max(0, sent - acknowledged);
  }

  /** Number of their bytes. */
  long unacknowledgedBytes() {
    return sentBytes - acknowledgedBytes;
  }

  /** A question for later: whether all records so far are acknowledged. */
  BooleanSupplier acknowledgement() {
    long now = sent;
    return () -> acknowledged >= now;
  }

  /** True if every record that was sent has been acknowledged. */
  boolean complete() {
    return unacknowledged() == 0;
  }

  @Override
  public void onCompletion(@Nullable RecordMetadata metadata, @Nullable Exception exception) {
    long expected = acknowledged;
    if (exception != null) {
      failure.set(exception);
    } else if (metadata == null || metadata.offset() != expected) {
      failure.set(
          new ColotapeException(
              "record " + expected + " was acknowledged as " + metadata,
              partition.toString(),
              "another program writes to the topic, or the broker lost records: record again"));
    } else {
      long bytes = acknowledgedBytes;
      acknowledgedBytes = bytes + metadata.serializedValueSize();
      acknowledged = expected + 1;
    }
  }
}
