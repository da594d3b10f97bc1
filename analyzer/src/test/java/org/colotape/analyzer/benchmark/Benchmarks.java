package org.colotape.analyzer.benchmark;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.colotape.analyzer.demo.BundledFeeds;
import org.colotape.recorder.feed.CapturedFile;
import org.colotape.replayer.memory.ScratchSpace;
import org.colotape.schema.broker.EmbeddedBroker;

/** Runs all benchmarks and prints a line for each. */
public final class Benchmarks {
  private static final long STREAM_BYTES = 512L << 20;
  private static final int ROUNDS = 7;

  private Benchmarks() {}

  /**
   * Runs the benchmarks.
   *
   * @param arguments the captured COLO stream to measure with; without one, a bundled one
   */
  public static void main(String[] arguments) throws Exception {
    // the parser's goal is 1 GB/s; a copy makes 4 to 8 GB/s
    new JmhPair(
            "parser / copy to new arrays",
            0.25,
            ParserBenchmark.class,
            "parse",
            "copy",
            ParserBenchmark.BYTES)
        .compare(System.out);
    new JmhPair(
            "three-way diff / MemorySegment.mismatch",
            0.7,
            DiffBenchmark.class,
            "diff",
            "mismatch",
            DiffBenchmark.BYTES)
        .compare(System.out);
    Path folder = Files.createTempDirectory("colotape-benchmark");
    try {
      Path stream = folder.resolve("stream");
      CapturedFile capture =
          arguments.length == 0
              ? BundledFeeds.healthy(folder.resolve("capture")).stream()
              : new CapturedFile(Path.of(arguments[0]));
      LongStream.write(capture, stream, STREAM_BYTES);
      kafka(folder, stream);
      new JumpBenchmark(capture, Files.createDirectories(folder.resolve("jumps"))).run(System.out);
      ScaleBenchmark.run(folder, ROUNDS, System.out);
      ReportBenchmark.run(Files.createDirectories(folder.resolve("report")), System.out);
      TapBenchmark.run(folder.resolve("tap"), ROUNDS, System.out);
    } finally {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  private static void kafka(Path folder, Path stream) throws Exception {
    Path home = folder.resolve("home");
    try (EmbeddedBroker broker = EmbeddedBroker.open(home);
        KafkaBenchmarks kafka =
            new KafkaBenchmarks(
                home, broker.clientProperties(), new ScratchSpace(folder), stream)) {
      List<KafkaBenchmarks.Encoded> events = kafka.encode();
      new SideBySide("file to Kafka / bare producer", 0.8, ROUNDS)
          .compare(kafka::record, () -> kafka.produce(events), System.out);
      events.clear();
      String recording = kafka.prepare();
      new SideBySide("Kafka to rebuilt memory / bare consumer", 0.8, ROUNDS)
          .compare(() -> kafka.replay(recording), () -> kafka.consume(recording), System.out);
    }
  }
}
