package org.colotape.schema.kafka;

import java.nio.ByteBuffer;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** What the fetching thread hands to the reading one. */
sealed interface Fetched {
  /**
   * Records of one partition, in order.
   *
   * @param partition its place in the list of partitions
   * @param bytes sum of the records' sizes
   */
  record Records(int partition, List<ConsumerRecord<String, ByteBuffer>> list, long bytes)
      implements Fetched {}

  /** Nothing more will come. */
  record Failed(Throwable cause) implements Fetched {}
}
