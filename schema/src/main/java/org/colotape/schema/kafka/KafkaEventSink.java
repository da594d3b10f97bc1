package org.colotape.schema.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.codec.EventCodec;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Recording;
import org.colotape.schema.event.RecordingState;
import org.colotape.schema.layout.EventPlace;
import org.colotape.schema.layout.Topics;
import org.colotape.schema.log.EventSink;
import org.colotape.schema.log.RecordingTotals;
import org.jspecify.annotations.Nullable;

/**
 * Writes one recording: pages and observations to their partition, everything else to the control
 * topic. Events wait in the producer's buffer, of bounded size, until a broker has taken them; a
 * failure of any of them fails the recording.
 */
final class KafkaEventSink implements EventSink {
  /** Bytes of events between two checks of the broker. */
  private static final long CHECK_INTERVAL = 4L << 20;

  private final Recording opened;
  private final Catalogue catalogue;
  private final BrokerCheck broker;
  private final String address;
  private final EventCodec<Event> codec = EventCodec.events();
  private final RecordingTotals totals = new RecordingTotals();
  private final FirstFailure failure = new FirstFailure();
  private final KafkaProducer<byte[], byte[]> producer;
  private final PartitionAcks[] pages;
  private final PartitionAcks control;
  private long unchecked;
  private @Nullable ColotapeException failed;
  private boolean sealed;

  KafkaEventSink(
      Recording opened, Catalogue catalogue, BrokerCheck broker, ClientSettings settings) {
    this.opened = opened;
    this.catalogue = catalogue;
    this.broker = broker;
    this.address = settings.address();
    Topics topics = new Topics(opened.getName());
    this.control = new PartitionAcks(new TopicPartition(topics.control(), 0), failure);
    this.pages =
        KafkaAdmin.partitions(topics.pages(), opened.getPagePartitions()).stream()
            .map(partition -> new PartitionAcks(partition, failure))
            .toArray(PartitionAcks[]::new);
    this.producer = new KafkaProducer<>(settings.recorder());
  }

  /**
   * {@inheritDoc}
   *
   * <p>Fills in {@code pageEnds}.
   *
   * @throws IllegalArgumentException if the event is not the next one in seq order
   */
  @Override
  public void accept(Event event) {
    checkFailure();
    if (event.getSeq() != totals.events()) {
      throw new IllegalArgumentException(
          "event " + event.getSeq() + " came where " + totals.events() + " was due");
    }
    int place = EventPlace.pagePartition(event, pages.length);
    event.setPageEnds(place == EventPlace.CONTROL ? pageEnds() : List.of());
    totals.add(event);
    send(place == EventPlace.CONTROL ? control : pages[place], codec.encode(event));
  }

  private List<Long> pageEnds() {
    List<Long> ends = new ArrayList<>(pages.length);
    for (PartitionAcks partition : pages) {
      ends.add(partition.sent());
    }
    return ends;
  }

  private void send(PartitionAcks acks, byte[] event) {
    unchecked += event.length;
    if (unchecked >= CHECK_INTERVAL) {
      unchecked = 0;
      checkBroker();
    }
    acks.sending();
    TopicPartition to = acks.partition();
    try {
      var _ = // acks tells
          producer.send(new ProducerRecord<>(to.topic(), to.partition(), null, event), acks);
    } catch (KafkaException e) {
      throw fail(e);
    }
  }

  private void checkBroker() {
    try {
      broker.check();
    } catch (ColotapeException e) {
      throw fail(e);
    }
  }

  /** Throws if the recording has failed. */
  private void checkFailure() {
    if (failed != null) {
      throw failed;
    }
    Throwable cause = failure.get();
    if (cause != null) {
      throw fail(cause);
    }
  }

  /** Marks the recording as failed, as far as the broker can still be reached. */
  private ColotapeException fail(Throwable cause) {
    ColotapeException reason = betterReason(KafkaFailures.explain(cause, address));
    failed = reason;
    producer.close(Duration.ZERO);
    try {
      String note = String.valueOf(reason.getMessage());
      catalogue.put(totals.describe(opened, RecordingState.FAILED, note));
    } catch (ColotapeException unreachable) {
      reason.addSuppressed(unreachable);
    }
    return reason;
  }

  /** A broker that we run knows more of its death than its clients. */
  private ColotapeException betterReason(ColotapeException reason) {
    try {
      broker.check();
      return reason;
    } catch (ColotapeException better) {
      return better;
    }
  }

  @Override
  public long unacknowledged() {
    long lag = control.unacknowledged();
    for (PartitionAcks partition : pages) {
      lag += partition.unacknowledged();
    }
    return lag;
  }

  @Override
  public void seal() {
    checkFailure();
    try {
      producer.flush();
    } catch (KafkaException e) {
      throw fail(e);
    }
    checkFailure();
    checkComplete(control);
    for (PartitionAcks partition : pages) {
      checkComplete(partition);
    }
    catalogue.put(totals.describe(opened, RecordingState.SEALED, ""));
    sealed = true;
  }

  private void checkComplete(PartitionAcks acks) {
    if (!acks.complete()) {
      throw fail(new IllegalStateException(acks.partition() + " did not acknowledge all records"));
    }
  }

  /**
   * Without {@link #seal} before, sends what was accepted if the broker takes it, and leaves the
   * recording open.
   */
  @Override
  public void close() {
    producer.close(
        sealed || failed != null
            ? Duration.ZERO
            : Duration.ofMillis(ClientSettings.DELIVERY_MILLIS));
  }
}
