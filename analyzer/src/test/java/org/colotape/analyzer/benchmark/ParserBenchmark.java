package org.colotape.analyzer.benchmark;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.colotape.recorder.fixture.MigrationStreamBuilder;
import org.colotape.recorder.fixture.MigrationStreamBuilder.Block;
import org.colotape.recorder.stream.StreamParser;
import org.colotape.schema.event.Closing;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * The parser alone on a stream of plain pages that is in memory, against a copy of the same bytes
 * to a new array for each page: the least that makes events of them.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {
      "--sun-misc-unsafe-memory-access=allow",
      "-Dorg.apache.avro.SERIALIZABLE_PACKAGES=org.colotape.schema.event"
    })
public class ParserBenchmark {
  private static final int PAGE_SIZE = 4096;
  private static final int RECORD = Long.BYTES + PAGE_SIZE;
  private static final int PAGES = 8192;
  private static final int CHUNK = 1 << 18;

  /** About how many bytes one operation goes through. */
  static final long BYTES = (long) PAGES * RECORD;

  private final byte[] stream = stream();

  /** Parses the stream in chunks as they come from a file. */
  @Benchmark
  public void parse(Blackhole events) {
    StreamParser parser = new StreamParser(0, events::consume);
    for (int at = 0; at < stream.length; at += CHUNK) {
      parser.feed(ByteBuffer.wrap(stream, at, Math.min(CHUNK, stream.length - at)));
    }
    parser.end(Closing.FILE_ENDED, "end of stream");
  }

  /** Copies the stream record by record. */
  @Benchmark
  public void copy(Blackhole records) {
    for (int at = 0; at + RECORD <= stream.length; at += RECORD) {
      records.consume(Arrays.copyOfRange(stream, at, at + RECORD));
    }
  }

  private static byte[] stream() {
    byte[] noise = new byte[PAGE_SIZE];
    new Random(1).nextBytes(noise);
    return MigrationStreamBuilder.stream()
        .ramSetup(new Block("pc.ram", (long) PAGES * PAGE_SIZE))
        .ramEnd(ram -> {
          ram.page("pc.ram", 0, 1);
          for (long page = 1; page < PAGES; page++) {
            ram.word(
                    page * PAGE_SIZE, MigrationStreamBuilder.PAGE | MigrationStreamBuilder.CONTINUE)
                .raw(noise);
          }
        })
        .eof()
        .bytes();
  }
}
