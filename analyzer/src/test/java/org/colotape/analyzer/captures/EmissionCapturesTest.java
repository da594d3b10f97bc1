package org.colotape.analyzer.captures;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.colotape.analyzer.cli.fixture.Cli;
import org.colotape.recorder.feed.CapturedFile;
import org.colotape.recorder.feed.FileFeed;
import org.colotape.recorder.fixture.Captures;
import org.colotape.recorder.fixture.Captures.Captured;
import org.colotape.schema.broker.EmbeddedBroker;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every capture comes out of Kafka, and the shorter ones out of a tape, channel by channel, byte
 * for byte as it was captured.
 */
class EmissionCapturesTest {
  /** Longer captures have nothing on tape that the shorter ones have not. */
  private static final long MOST_ON_TAPE = 10 << 20;

  @TempDir static Path home;
  private static EmbeddedBroker broker;

  @TempDir Path folder;

  @BeforeAll
  static void open() {
    Captures.assumePresent();
    broker = EmbeddedBroker.open(home);
  }

  @AfterAll
  static void close() {
    if (broker != null) {
      broker.close();
    }
  }

  static Stream<List<Captured>> captures() {
    return new TreeMap<>(Captures.all().collect(groupingBy(Captured::capture))).values().stream();
  }

  @ParameterizedTest
  @MethodSource("captures")
  void everyChannelComesOutAsItWasCaptured(List<Captured> streams) {
    Cli cli = new Cli(home);
    String name = streams.getFirst().capture();
    long bytes = streams.stream().mapToLong(Captured::bytes).sum();
    List<Object> record = new ArrayList<>(List.of("record", "--force", "--as", name));
    for (Captured stream : streams) {
      String option =
          stream.channel() > 0
              ? "--channel"
              : stream.returnPath() ? "--return-path" : "--from-file";
      record.addAll(List.of(option, stream.file().path()));
    }
    cli.run(record.toArray()).isFine();
    JsonNode fromKafka = emit(cli, name, folder.resolve("kafka"));
    Map<String, String> fromTape = Map.of();
    if (bytes < MOST_ON_TAPE) {
      Path tape = folder.resolve("capture.tape");
      cli.run("export", name, tape).isFine();
      fromTape = digests(emit(cli, tape.toString(), folder.resolve("tape")));
    }
    cli.run("delete", name).isFine();

    Map<String, String> expected =
        streams.stream()
            .collect(
                toMap(
                    s -> "c" + number(s, streams) + (s.returnPath() ? ".s2p" : ".p2s"),
                    Captured::sha256));
    assertThat(digests(fromKafka)).isEqualTo(expected);
    assertThat(fromTape).isEqualTo(bytes < MOST_ON_TAPE ? expected : Map.of());
  }

  /** The number that a stream's channel gets: further channels go by the ids that they state. */
  private static int number(Captured stream, List<Captured> streams) {
    if (stream.channel() == 0) {
      return 0;
    }
    List<CapturedFile> channels =
        streams.stream().filter(s -> s.channel() > 0).map(Captured::file).toList();
    return 1 + FileFeed.ofAnyOrder(stream.file(), null, channels).channels().indexOf(stream.file());
  }

  private static JsonNode emit(Cli cli, String recording, Path directory) {
    return cli.run("replay", recording, "--to-file", directory, "--sha256", "--json")
        .isFine()
        .json();
  }

  private static Map<String, String> digests(JsonNode result) {
    Map<String, String> digests = new TreeMap<>();
    for (JsonNode file : result.get("files")) {
      String name = String.valueOf(Path.of(file.get("file").asText()).getFileName());
      digests.put(name, file.get("sha256").asText());
    }
    return digests;
  }
}
