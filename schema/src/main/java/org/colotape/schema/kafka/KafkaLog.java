package org.colotape.schema.kafka;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthenticationException;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.broker.EmbeddedBroker;
import org.colotape.schema.check.Limits;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Recording;
import org.colotape.schema.event.RecordingId;
import org.colotape.schema.event.RecordingState;
import org.colotape.schema.layout.Topics;
import org.colotape.schema.log.EventSink;
import org.colotape.schema.log.EventSource;
import org.colotape.schema.log.Patience;
import org.colotape.schema.log.RecordingLog;

/**
 * The recordings of a Kafka cluster. May be used by several threads; a sink or source by one each.
 */
public final class KafkaLog implements RecordingLog {
  private final ClientSettings settings;
  private final KafkaAdmin admin;
  private final Catalogue catalogue;
  private final BrokerCheck check;
  private final Runnable onLetGo;
  private final Runnable onClose;

  private KafkaLog(ClientSettings settings, BrokerCheck check, Runnable onLetGo, Runnable onClose) {
    this.settings = settings;
    this.admin = KafkaAdmin.connect(settings);
    this.catalogue = new Catalogue(admin, settings);
    this.check = check;
    this.onLetGo = onLetGo;
    this.onClose = onClose;
  }

  /**
   * The recordings of a cluster.
   *
   * @param properties {@code bootstrap.servers} and whatever else the cluster asks for, with the
   *     keys of Kafka's own tools. They may set everything but what a recording can't do without:
   *     idempotence, acks, serializers, offsets
   * @throws ColotapeException if the properties are wrong or no broker answers within about ten
   *     seconds
   */
  public static KafkaLog connect(Map<String, Object> properties) {
    return new KafkaLog(new ClientSettings(properties), BrokerCheck.NONE, () -> {}, () -> {});
  }

  /**
   * The recordings of a home directory, from its embedded broker, which stops when the log is
   * closed.
   *
   * @param home directory; made if it does not exist
   * @throws ColotapeException if the broker can't be started or joined
   */
  public static KafkaLog embedded(Path home) {
    EmbeddedBroker broker = EmbeddedBroker.open(home);
    try {
      ClientSettings settings = new ClientSettings(broker.clientProperties());
      return new KafkaLog(settings, broker::check, broker::letGo, broker::close);
    } catch (RuntimeException e) {
      broker.close();
      throw e.getCause() instanceof AuthenticationException
          ? new ColotapeException(
              "what listens on the port of the home's broker does not know its secret",
              broker.bootstrapServers(),
              "end the commands that use the home, and run again",
              e)
          : e;
    }
  }

  @Override
  public EventSink create(String name, RecordingId id, int pagePartitions, Patience patience) {
    Topics topics = new Topics(name);
    Limits.demandPartitions(pagePartitions, name);
    check.check();
    if (catalogue.has(name) || !createTopics(topics, pagePartitions)) {
      throw new ColotapeException(
          "recording name is taken",
          name,
          "choose another one, or remove it with 'colotape delete'");
    }
    Recording opened =
        Recording.newBuilder()
            .setId(id)
            .setName(name)
            .setState(RecordingState.OPEN)
            .setCreatedAt(System.currentTimeMillis())
            .setPagePartitions(pagePartitions)
            .build();
    catalogue.put(opened);
    return sink(opened, patience, Map.of());
  }

  @Override
  public EventSink resume(
      String name, RecordingId id, int pagePartitions, Consumer<Event> present) {
    Topics topics = new Topics(name);
    check.check();
    Recording entry = catalogue.find(name);
    if (entry == null) {
      // topics without an entry: their recorder ended while it made them
      admin.deleteTopics(List.of(topics.control(), topics.pages()));
      return create(name, id, pagePartitions, Patience.ENDLESS);
    }
    if (!entry.getId().equals(id)) {
      throw new ColotapeException(
          "the name belongs to another recording now",
          name + " at " + settings.address(),
          "remove that one with 'colotape delete', or say where the recording is");
    }
    return resume(entry, topics, present);
  }

  private EventSink resume(Recording entry, Topics topics, Consumer<Event> present) {
    if (entry.getState() == RecordingState.FAILED) {
      entry = Recording.newBuilder(entry).setState(RecordingState.OPEN).setNote("").build();
      catalogue.put(entry);
    }
    List<TopicPartition> partitions = partitions(topics, entry.getPagePartitions());
    Map<TopicPartition, Long> ends = admin.endOffsets(partitions);
    KafkaEventSink sink = sink(entry, Patience.ENDLESS, ends);
    try (KafkaEventSource source =
        new KafkaEventSource(entry, partitions, 0, Barrier.FIRST, ends, settings)) {
      for (Event event = source.next(); event != null; event = source.next()) {
        sink.pass(event);
        present.accept(event);
      }
      return sink;
    } catch (RuntimeException e) {
      sink.close();
      throw e instanceof KafkaException ? KafkaFailures.explain(e, settings.address()) : e;
    }
  }

  private KafkaEventSink sink(
      Recording recording, Patience patience, Map<TopicPartition, Long> present) {
    try {
      return new KafkaEventSink(recording, catalogue, check, settings, patience, present);
    } catch (KafkaException e) {
      throw KafkaFailures.explain(e, settings.address());
    }
  }

  /**
   * Makes the topics; false, and nothing made, if there is one of them. The control topic decides
   * between two creators.
   */
  private boolean createTopics(Topics topics, int pagePartitions) {
    if (!admin.createTopic(topics.control(), 1)) {
      return false;
    }
    if (!admin.createTopic(topics.pages(), pagePartitions)) {
      admin.deleteTopics(List.of(topics.control()));
      return false;
    }
    admin.awaitPartitions(partitions(topics, pagePartitions));
    return true;
  }

  @Override
  public EventSource openFrom(String name, long seq) {
    if (seq < 0) {
      throw new IllegalArgumentException("event " + seq);
    }
    Topics topics = new Topics(name);
    Recording recording = catalogue.find(name);
    if (recording == null) {
      throw noSuchRecording(name);
    }
    if (!admin.exists(topics.pages()) || !admin.exists(topics.control())) {
      throw new ColotapeException(
          "topics of the recording are gone", name, "remove its entry with 'colotape delete'");
    }
    List<TopicPartition> partitions = partitions(topics, recording.getPagePartitions());
    try {
      Map<TopicPartition, Long> ends = admin.endOffsets(partitions);
      Barrier start = barrier(seq, partitions, ends);
      return new KafkaEventSource(recording, partitions, seq, start, ends, settings);
    } catch (KafkaException e) {
      throw KafkaFailures.explain(e, settings.address());
    }
  }

  private Barrier barrier(
      long seq, List<TopicPartition> partitions, Map<TopicPartition, Long> ends) {
    if (seq == 0) {
      return Barrier.FIRST;
    }
    TopicPartition control = partitions.getLast();
    try (BarrierSearch search = new BarrierSearch(control, partitions.size() - 1, settings)) {
      return search.before(seq, ends.getOrDefault(control, 0L));
    }
  }

  @Override
  public List<Recording> list() {
    return catalogue.list();
  }

  /**
   * {@inheritDoc} Topics that have no entry in the catalogue, left over from a failure, are removed
   * as well.
   */
  @Override
  public void delete(String name) {
    if (!Topics.isName(name) && catalogue.has(name)) {
      // another program made the entry, and there can't be topics
      catalogue.remove(name);
      return;
    }
    Topics topics = new Topics(name);
    boolean entry = catalogue.has(name);
    // the entry last, so that a deletion that was interrupted can be repeated
    boolean deleted = admin.deleteTopics(List.of(topics.control(), topics.pages()));
    if (entry) {
      catalogue.remove(name);
    } else if (!deleted) {
      throw noSuchRecording(name);
    }
  }

  /** All partitions of a recording, the one of the control topic last. */
  private static List<TopicPartition> partitions(Topics topics, int pagePartitions) {
    List<TopicPartition> partitions =
        new ArrayList<>(KafkaAdmin.partitions(topics.pages(), pagePartitions));
    partitions.add(new TopicPartition(topics.control(), 0));
    return partitions;
  }

  private ColotapeException noSuchRecording(String name) {
    return new ColotapeException(
        "no such recording", name + " at " + settings.address(), "see 'colotape list'");
  }

  @Override
  public void check() {
    check.check();
    admin.ping();
  }

  @Override
  public void letGo() {
    onLetGo.run();
  }

  @Override
  public void close() {
    catalogue.close();
    admin.close();
    onClose.run();
  }
}
