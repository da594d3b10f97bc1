package org.colotape.schema.kafka;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.codec.EventCodec;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Recording;
import org.colotape.schema.event.RecordingState;
import org.colotape.schema.log.EventSource;
import org.jspecify.annotations.Nullable;

/**
 * Reads one recording: merges its partitions by {@code seq}, which has no gaps.
 *
 * <p>A sealed recording is read whole, or a missing event is an error that names it. Of a recording
 * that is not sealed (still being written, or its recorder died or failed) partitions may end at
 * different moments: what comes before the first missing event is delivered, then the source ends
 * quietly, and whatever lies behind that gap is dropped.
 */
final class KafkaEventSource implements EventSource {
  /** Bytes that may be fetched ahead, over all partitions. */
  private static final long AHEAD = 32L << 20;

  private final Recording recording;
  private final String address;
  private final long patience;
  private final List<PartitionHead> heads = new ArrayList<>();
  private final BlockingQueue<Fetched> input = new LinkedBlockingQueue<>();
  private final Fetcher fetcher;
  private final Thread thread;
  private final long from;
  private long seq;
  private PartitionHead last;

  /**
   * @param partitions the page partitions, then the control partition
   * @param from the first event to give
   * @param start where reading begins, at or before that event
   * @param ends offset at which reading of each partition ends
   */
  KafkaEventSource(
      Recording recording,
      List<TopicPartition> partitions,
      long from,
      Barrier start,
      Map<TopicPartition, Long> ends,
      ClientSettings settings) {
    this.recording = recording;
    this.address = settings.address();
    this.patience = settings.readMillis();
    this.from = from;
    this.seq = start.seq();
    EventCodec<Event> codec = EventCodec.events();
    Feed.Budget budget = new Feed.Budget(AHEAD, partitions.size());
    List<Feed> feeds = new ArrayList<>();
    for (int i = 0; i < partitions.size(); i++) {
      TopicPartition partition = partitions.get(i);
      long end = ends.getOrDefault(partition, 0L);
      Feed feed = new Feed(partition, start.offset(i), end, budget);
      feeds.add(feed);
      heads.add(new PartitionHead(feed, codec, this::goOn));
    }
    this.last = heads.getLast();
    this.fetcher = new Fetcher(new KafkaConsumer<>(settings.reader()), feeds, input);
    this.thread = Thread.ofPlatform().daemon().name("colotape-fetch").start(fetcher);
  }

  @Override
  public Recording recording() {
    return recording;
  }

  @Override
  public @Nullable Event next() {
    Event event = nextFromStart();
    while (event != null && event.getSeq() < from) {
      event = nextFromStart();
    }
    return event;
  }

  private @Nullable Event nextFromStart() {
    while (true) {
      PartitionHead head = find();
      if (head != null) {
        return take(head);
      }
      if (heads.stream().noneMatch(PartitionHead::isDue)) {
        checkEnd();
        return null;
      }
      await();
    }
  }

  /**
   * The partition whose next event is the next one of the recording. A region's pages come
   * together: the last one first.
   */
  private @Nullable PartitionHead find() {
    if (isNext(last)) {
      return last;
    }
    for (PartitionHead head : heads) {
      if (isNext(head)) {
        last = head;
        return head;
      }
    }
    return null;
  }

  private boolean isNext(PartitionHead head) {
    Event event = head.peek();
    return event != null && event.getSeq() == seq;
  }

  private Event take(PartitionHead head) {
    Event event = head.take();
    if (head == heads.getLast()) {
      checkBarrier(event);
    }
    seq++;
    return event;
  }

  /** A control event says how many page events come before it in each partition. */
  private void checkBarrier(Event event) {
    List<Long> ends = event.getPageEnds();
    boolean holds = ends.size() == heads.size() - 1;
    for (int i = 0; holds && i < ends.size(); i++) {
      holds = heads.get(i).position() == ends.get(i);
    }
    if (!holds) {
      throw new ColotapeException(
          "page partitions do not stand where event " + event.getSeq() + " says " + ends,
          recording.getName() + " at " + address,
          "another program has changed the topics; record again");
    }
  }

  /** Called when no event can be the next one any more. */
  private void checkEnd() {
    if (recording.getState() != RecordingState.SEALED) {
      return;
    }
    long present = recording.getEvents();
    for (PartitionHead head : heads) {
      Event event = head.peek();
      if (event != null) {
        present = Math.min(present, event.getSeq());
      }
    }
    if (present != seq) {
      throw new ColotapeException(
          "events " + seq + " to " + (present - 1) + " are missing",
          recording.getName() + " at " + address,
          "another program has changed the topics; replay up to the checkpoint before with --at, or"
              + " record again");
    }
  }

  private void await() {
    Fetched fetched;
    try {
      fetched = input.poll(patience, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ColotapeException("interrupted", recording.getName(), "run the command again", e);
    }
    switch (fetched) {
      case null ->
          throw new ColotapeException(
              "broker does not answer", address, "check that it runs and can be reached");
      case Fetched.Records records -> heads.get(records.partition()).add(records);
      case Fetched.Failed failed -> throw KafkaFailures.explain(failed.cause(), address);
    }
  }

  private void goOn() {
    LockSupport.unpark(thread);
  }

  @Override
  public void close() {
    fetcher.stop();
    try {
      thread.join(ClientSettings.ANSWER_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
