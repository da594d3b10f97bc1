package org.colotape.schema.kafka;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.errors.WakeupException;

/**
 * Fetches partitions from where their feeds begin to their ends, on a thread of its own, so that
 * decompression runs beside decoding. A partition whose feed is full is paused, which bounds the
 * memory.
 */
final class Fetcher implements Runnable {
  private static final Duration WAIT = Duration.ofMillis(100);

  private final Consumer<String, ByteBuffer> consumer;
  private final List<Lane> lanes;
  private final BlockingQueue<Fetched> output;
  private volatile boolean stopped;

  Fetcher(Consumer<String, ByteBuffer> consumer, List<Feed> feeds, BlockingQueue<Fetched> output) {
    this.consumer = consumer;
    this.lanes = feeds.stream().map(Lane::new).toList();
    this.output = output;
  }

  @Override
  public void run() {
    try {
      consumer.assign(lanes.stream().map(lane -> lane.feed.partition()).toList());
      // not seekToBeginning: a recording whose first records were removed must fail
      lanes.forEach(lane -> consumer.seek(lane.feed.partition(), lane.feed.start()));
      while (!stopped && lanes.stream().anyMatch(Lane::isUnfinished)) {
        fetch();
      }
    } catch (WakeupException e) {
      // stop() was called
    } catch (Throwable e) {
      // whoever reads must not wait for a thread that is gone
      output.add(new Fetched.Failed(e));
    } finally {
      consumer.close(ClientSettings.AT_ONCE);
    }
  }

  private void fetch() {
    boolean flowing = false;
    for (Lane lane : lanes) {
      lane.adjust();
      flowing |= !lane.paused;
    }
    if (!flowing) {
      LockSupport.parkNanos(this, WAIT.toNanos());
      return;
    }
    ConsumerRecords<String, ByteBuffer> records = consumer.poll(WAIT);
    for (int i = 0; i < lanes.size(); i++) {
      Lane lane = lanes.get(i);
      List<ConsumerRecord<String, ByteBuffer>> list = records.records(lane.feed.partition());
      if (!list.isEmpty()) {
        output.add(new Fetched.Records(i, list, lane.pass(list)));
      }
    }
  }

  /** Ends the thread soon. */
  void stop() {
    stopped = true;
    consumer.wakeup();
  }

  /** The fetching side of a feed. */
  private final class Lane {
    private final Feed feed;
    private long next;
    private boolean paused;

    private Lane(Feed feed) {
      this.feed = feed;
      this.next = feed.start();
    }

    private boolean isUnfinished() {
      return next < feed.end();
    }

    private void adjust() {
      boolean pause = !isUnfinished() || (paused ? !feed.isHalfEmpty() : feed.isFull());
      if (pause != paused) {
        paused = pause;
        if (pause) {
          consumer.pause(List.of(feed.partition()));
        } else {
          consumer.resume(List.of(feed.partition()));
        }
      }
    }

    private long pass(List<ConsumerRecord<String, ByteBuffer>> records) {
      long bytes = 0;
      for (ConsumerRecord<String, ByteBuffer> record : records) {
        bytes += record.serializedValueSize();
      }
      feed.fetched(bytes);
      next = records.getLast().offset() + 1;
      return bytes;
    }
  }
}
