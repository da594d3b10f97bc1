package org.colotape.schema.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
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
import org.colotape.schema.log.Patience;
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

  /** Most bytes of a patient writer's events that are on their way: half the producer's buffer. */
  private static final long PATIENT_BYTES = 32L << 20;

  private static final long WAIT_NANOS = 2_000_000;
  private static final long CHECK_NANOS = 1_000_000_000;

  private final Recording opened;
  private final Patience patience;
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

  /**
   * @param present number of records that are in each partition, the control partition last
   */
  KafkaEventSink(
      Recording opened,
      Catalogue catalogue,
      BrokerCheck broker,
      ClientSettings settings,
      Patience patience,
      Map<TopicPartition, Long> present) {
    this.opened = opened;
    this.patience = patience;
    this.catalogue = catalogue;
    this.broker = broker;
    this.address = settings.address();
    Topics topics = new Topics(opened.getName());
    this.control = acks(new TopicPartition(topics.control(), 0), present);
    this.pages =
        KafkaAdmin.partitions(topics.pages(), opened.getPagePartitions()).stream()
            .map(partition -> acks(partition, present))
            .toArray(PartitionAcks[]::new);
    this.producer = new KafkaProducer<>(settings.recorder(patience));
  }

  private PartitionAcks acks(TopicPartition partition, Map<TopicPartition, Long> present) {
    return new PartitionAcks(partition, failure, present.getOrDefault(partition, 0L));
  }

  /** Counts an event that is there, in seq order. */
  void pass(Event event) {
    totals.add(event);
    boolean there = at(EventPlace.pagePartition(event, pages.length)).passes();
    if (!there) {
      throw new IllegalArgumentException("event " + event.getSeq() + " is not there");
    }
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
    PartitionAcks acks = at(place);
    if (!acks.passes()) {
      send(acks, codec.encode(event));
    }
  }

  private PartitionAcks at(int place) {
    return place == EventPlace.CONTROL ? control : pages[place];
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
    if (patience == Patience.ENDLESS) {
      await(this::hasRoom);
    }
    acks.sending(event.length);
    TopicPartition to = acks.partition();
    try {
      var _ = // acks tells
          producer.send(new ProducerRecord<>(to.topic(), to.partition(), null, event), acks);
    } catch (KafkaException e) {
      throw fail(e);
    }
  }

  private boolean hasRoom() {
    long bytes = control.unacknowledgedBytes();
    for (PartitionAcks partition : pages) {
      bytes += partition.unacknowledgedBytes();
    }
    return bytes < PATIENT_BYTES;
  }

  /** Waits for acknowledgements, for as long as the broker is not known to be gone. */
  private void await(BooleanSupplier condition) {
    long nextCheck = System.nanoTime() + CHECK_NANOS;
    while (!condition.getAsBoolean()) {
      checkFailure();
      if (System.nanoTime() - nextCheck > 0) {
        checkBroker();
        nextCheck = System.nanoTime() + CHECK_NANOS;
      }
      LockSupport.parkNanos(WAIT_NANOS);
      if (Thread.interrupted()) {
        Thread.currentThread().interrupt();
        throw fail(
            new ColotapeException(
                "broker did not take " + unacknowledged() + " events",
                address,
                "check that it runs and can be reached"));
      }
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
  public BooleanSupplier acknowledgement() {
    List<BooleanSupplier> all = new ArrayList<>(pages.length + 1);
    all.add(control.acknowledgement());
    for (PartitionAcks partition : pages) {
      all.add(partition.acknowledgement());
    }
    return () -> all.stream().allMatch(BooleanSupplier::getAsBoolean);
  }

  @Override
  public void seal() {
    checkFailure();
    flush();
    checkFailure();
    checkComplete(control);
    for (PartitionAcks partition : pages) {
      checkComplete(partition);
    }
    catalogue.put(totals.describe(opened, RecordingState.SEALED, ""));
    sealed = true;
  }

  private void flush() {
    if (patience == Patience.ENDLESS) {
      await(acknowledgement());
      return;
    }
    try {
      producer.flush();
    } catch (KafkaException e) {
      throw fail(e);
    }
  }

  private void checkComplete(PartitionAcks acks) {
    if (!acks.complete()) {
      throw fail(new IllegalStateException(acks.partition() + " did not acknowledge all records"));
    }
  }

  /**
   * Without {@link #seal} before, sends what was accepted if the broker takes it, and leaves the
   * recording open. A patient writer does not wait: what it wrote is kept elsewhere.
   */
  @Override
  public void close() {
    producer.close(
        sealed || failed != null || patience == Patience.ENDLESS
            ? Duration.ZERO
            : Duration.ofMillis(ClientSettings.DELIVERY_MILLIS));
  }
}
