package org.colotape.schema.kafka;

import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.colotape.schema.ColotapeException;
import org.jspecify.annotations.Nullable;

/**
 * Checks the acknowledgements of one partition. A recording's partitions are new and have one
 * writer, so the n-th record sent must be acknowledged at offset n; Kafka calls back in that order.
 * One object serves all records of its partition.
 */
final class PartitionAcks implements Callback {
  private final TopicPartition partition;
  private final FirstFailure failure;
  private long sent;
  private volatile long acknowledged;

  PartitionAcks(TopicPartition partition, FirstFailure failure) {
    this.partition = partition;
    this.failure = failure;
  }

  TopicPartition partition() {
    return partition;
  }

  /** Counts a record that is about to be sent. Called by the writer's thread. */
  void sending() {
    sent++;
  }

  /** Number of records sent so far: the partition's end offset, once all have arrived. */
  long sent() {
    return sent;
  }

  /** Number of records that were sent and have not been acknowledged. */
  long unacknowledged() {
    return sent - acknowledged;
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
      acknowledged = expected + 1;
    }
  }
}
