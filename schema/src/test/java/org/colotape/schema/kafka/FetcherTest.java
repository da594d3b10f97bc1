package org.colotape.schema.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class FetcherTest {
  @Test
  void anErrorOfTheFetchingThreadReachesTheReaderAtOnce() {
    MockConsumer<String, ByteBuffer> consumer = new MockConsumer<>("none");
    consumer.schedulePollTask(() -> {
      throw new OutOfMemoryError("Java heap space");
    });
    TopicPartition partition = new TopicPartition("pages", 0);
    Feed feed = new Feed(partition, 0, 1, new Feed.Budget(1, 1));
    BlockingQueue<Fetched> output = new LinkedBlockingQueue<>();

    new Fetcher(consumer, List.of(feed), output).run();

    assertThat(output.poll())
        .isInstanceOfSatisfying(
            Fetched.Failed.class,
            failed ->
                assertThat(KafkaFailures.explain(failed.cause(), "here"))
                    .hasMessageStartingWith(
                        "a record, or a batch of them, is larger than memory (here): "));
    assertThat(consumer.closed()).isTrue();
  }
}
