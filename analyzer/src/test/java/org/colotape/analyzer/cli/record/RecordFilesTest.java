package org.colotape.analyzer.cli.record;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.luben.zstd.Zstd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.colotape.analyzer.cli.fixture.Cli;
import org.colotape.analyzer.cli.fixture.Result;
import org.colotape.analyzer.cli.fixture.Streams;
import org.colotape.recorder.fixture.Captures;
import org.colotape.recorder.fixture.MultifdMigration;
import org.colotape.recorder.fixture.MultifdMigration.Sync;
import org.colotape.schema.broker.EmbeddedBroker;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordFilesTest {
  private static final byte[] STREAM = Streams.colo(3);

  @TempDir static Path home;
  private static EmbeddedBroker broker;

  @TempDir Path folder;
  private final Cli cli = new Cli(home);

  @BeforeAll
  static void keepTheBrokerRunning() {
    broker = EmbeddedBroker.open(home);
  }

  @AfterAll
  static void stopTheBroker() {
    broker.close();
  }

  @Test
  void aStreamAndItsReturnPathBecomeASealedRecording() {
    Path stream = file("p2s.bin", STREAM);
    Path answers = file("s2p.bin", Streams.answers(3));
    Result result =
        cli.run("record", "--from-file", stream, "--return-path", answers, "--as", "both").isFine();
    assertThat(result.lines()).hasSize(2);
    assertThat(result.lines().getFirst())
        .startsWith("recorded both: ")
        .contains("checkpoints 0 to 3", "(end of file)");
    assertThat(result.lines().getLast())
        .isEqualTo(
            "migration confirmed: the secondary told that it has loaded checkpoint 3: LOADED");
    assertThat(entry("both").get("state").asText()).isEqualTo("SEALED");
    assertThat(entry("both").get("wireBytes").asLong())
        .isEqualTo(STREAM.length + Streams.answers(3).length);
  }

  @Test
  void compressedFilesAreRecordedAsTheirContents() throws IOException {
    cli.run("record", "--from-file", file("s.zst", Zstd.compress(STREAM)), "--as", "zst").isFine();
    cli.run("record", "--from-file", file("s.gz", gzip(STREAM)), "--as", "gz").isFine();
    assertThat(entry("zst").get("wireBytes").asLong()).isEqualTo(STREAM.length);
    assertThat(entry("gz").get("wireBytes").asLong()).isEqualTo(STREAM.length);
  }

  @Test
  void jsonTellsWhatWasRecorded() {
    JsonNode json =
        cli.run("record", "--from-file", file("p2s", STREAM), "--as", "json", "--json")
            .isFine()
            .json();
    JsonNode entry = entry("json");
    assertThat(json.get("recording").asText()).isEqualTo("json");
    assertThat(json.get("sealed").asBoolean()).isTrue();
    for (String field : new String[] {"events", "pages", "wireBytes", "lastCheckpoint"}) {
      assertThat(json.get(field)).isEqualTo(entry.get(field));
    }
    assertThat(json.get("unparsedBytes").asLong()).isZero();
    assertThat(json.get("end").asText()).isEqualTo("end of file");
  }

  @Test
  void aCapabilityThatTheStreamDoesNotStateIsToldAndKept() {
    Path stream = Captures.BUNDLED.resolve("10.0-mapped-ram-unstated").resolve("stream.zst");

    cli.run("record", "--from-file", stream, "--as", "told", "--capability", "mapped-ram").isFine();
    Result untold = cli.run("record", "--from-file", stream, "--as", "untold");

    assertThat(untold.exitCode()).isEqualTo(3);
    assertThat(untold.err()).contains("bytes could not be parsed");
    assertThat(entry("told").get("wireBytes").asLong())
        .isEqualTo(entry("untold").get("wireBytes").asLong());
    assertThat(cli.run("show", "told", "--kind", "recording-start").isFine().out())
        .contains("; capabilities mapped-ram");
    assertThat(cli.run("show", "told", "--kind", "padding").isFine().out()).contains(" zeros");
    assertThat(cli.run("show", "told", "--kind", "ram-block-list").isFine().out())
        .contains("ram 0x1000000 bitmap at 0x", " pages at 0x100000");
  }

  @Test
  void aCapabilityThatChangesNothingOfTheStreamIsRefused() {
    Result result =
        cli.run("record", "--from-file", file("p2s", STREAM), "--capability", "auto-converge");

    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).contains("mapped-ram, postcopy-ram, x-ignore-shared");
  }

  @Test
  void theNameComesFromFileNameAndTime() {
    Path stream = file("run 7+.p2s.zst", Zstd.compress(STREAM));
    String line = cli.run("record", "--from-file", stream).isFine().out();
    assertThat(line)
        .matches("recorded run-7-\\.p2s-\\d{8}T\\d{6}Z: [^\n]*\nmigration unknown: [^\n]*\n");
  }

  @Test
  void partitionsAreAsMany() {
    Path stream = file("p2s", STREAM);
    cli.run("record", "--from-file", stream, "--as", "seven", "--partitions", 7).isFine();
    cli.run("record", "--from-file", stream, "--as", "default").isFine();
    assertThat(entry("seven").get("pagePartitions").asInt()).isEqualTo(7);
    assertThat(entry("default").get("pagePartitions").asInt()).isEqualTo(4);
  }

  @Test
  void theChannelsOfAMultifdMigrationAreOneRecordingThatIsInStep() {
    MultifdMigration migration = MultifdMigration.ofColo(Sync.BY_WORD, 2, 3, new Random(5));
    Path main = file("c0", migration.main());
    Path first = file("c1", migration.channels().get(0));
    Path second = file("c2", Zstd.compress(migration.channels().get(1)));
    cli.run("record", "--from-file", main, "--channel", second, "--channel", first, "--as", "mfd")
        .isFine();
    long bytes = migration.main().length;
    bytes += migration.channels().stream().mapToLong(channel -> channel.length).sum();
    assertThat(entry("mfd").get("wireBytes").asLong()).isEqualTo(bytes);
    assertThat(entry("mfd").get("lastCheckpoint").asInt()).isEqualTo(3);

    assertThat(cli.run("analyze", "mfd").isFine().out()).startsWith("consistent in itself");
    assertThat(cli.run("replay", "mfd").isFine().out()).isNotEmpty();
    assertThat(cli.run("show", "mfd").isFine().out()).contains("channel id 1", "SYNC");
  }

  @Test
  void aMultifdMigrationWithoutItsChannelsIsNotDecided() {
    MultifdMigration migration = MultifdMigration.ofColo(Sync.BY_WORD, 2, 1, new Random(5));
    cli.run("record", "--from-file", file("c0", migration.main()), "--as", "alone").isFine();

    assertThat(cli.run("analyze", "alone").out()).contains("multifd").doesNotContain("in step:");
  }

  @Test
  void aFurtherChannelThatCannotBeParsedIsKeptAndAReasonToFail() {
    Path channel = file("c1", new byte[] {1, 2, 3, 4, 0, 0, 0, 1});
    cli.run("record", "--from-file", file("p2s", STREAM), "--channel", channel, "--as", "channels")
        .hasFailed("channel 1");
    assertThat(entry("channels").get("wireBytes").asLong()).isEqualTo(STREAM.length + 8);
  }

  @Test
  void progressIsForPeopleOnly() {
    Path stream = file("p2s", STREAM);
    assertThat(cli.runWatched("record", "--from-file", stream, "--as", "watched").isFine().out())
        .contains("recording: ", "/s, Kafka lags ");
    assertThat(cli.run("record", "--from-file", stream, "--as", "unwatched").isFine().out())
        .doesNotContain("Kafka lags");
    assertThat(
            cli.runWatched("record", "--from-file", stream, "--as", "machine", "--json")
                .isFine()
                .json()
                .get("recording")
                .asText())
        .isEqualTo("machine");
  }

  @Test
  void observationsAreAdded() {
    Path image = file("pvm.raw", Streams.memory(2));
    cli.run(
            "record",
            "--from-file",
            file("p2s", STREAM),
            "--observe",
            "pvm:2:" + image,
            "--as",
            "seen")
        .isFine();
    assertThat(cli.run("show", "seen", "--kind", "observation").isFine().lines())
        .hasSize(2)
        .last()
        .asString()
        .contains("PVM pc.ram 0x0 64 pages, 0 differ from the stream");
  }

  @Test
  void anImageThatCannotBeUsedLeavesARecordingWithoutIt() {
    Path image = file("pvm.raw", new byte[Streams.PAGE]);
    cli.run(
            "record",
            "--from-file",
            file("p2s", STREAM),
            "--observe",
            "pvm:2:" + image,
            "--as",
            "unfit")
        .hasFailed("image can't be used", image.toString(), "4096 bytes");
    assertThat(entry("unfit").get("state").asText()).isEqualTo("SEALED");
  }

  @Test
  void anImageOfACheckpointThatNeverCameIsTold() {
    Path image = file("pvm.raw", Streams.memory(2));
    cli.run(
            "record",
            "--from-file",
            file("p2s", STREAM),
            "--observe",
            "svm:9:" + image,
            "--as",
            "late")
        .hasFailed("checkpoint 9", image.toString());
    assertThat(entry("late").get("state").asText()).isEqualTo("SEALED");
  }

  @Test
  void filesThatAreNotThereAreToldBeforeAnythingIsRecorded() {
    Path none = folder.resolve("none");
    Path stream = file("p2s", STREAM);
    cli.run("record", "--from-file", none, "--as", "f1").hasFailed("no such file", none.toString());
    cli.run("record", "--from-file", none, "--force", "--as", "f2").hasFailed("no such file");
    cli.run("record", "--from-file", stream, "--return-path", none, "--as", "f3")
        .hasFailed("no such file", none.toString());
    cli.run("record", "--from-file", stream, "--channel", none, "--as", "f4")
        .hasFailed("no such file", none.toString());
    cli.run("record", "--from-file", stream, "--observe", "pvm:1:" + none, "--as", "f5")
        .hasFailed("no such file", none.toString());
    assertThat(names()).doesNotContain("f1", "f2", "f3", "f4", "f5");
  }

  @Test
  void whatIsNoMigrationStreamIsRefusedUnlessForced() {
    Path text = file("text", "no migration stream at all".getBytes(StandardCharsets.UTF_8));
    cli.run("record", "--from-file", text, "--as", "text")
        .hasFailed("not a migration stream", text.toString(), "--force");
    assertThat(names()).doesNotContain("text");
    Result forced = cli.run("record", "--from-file", text, "--as", "text", "--force").isFine();
    assertThat(forced.out()).contains("26 bytes not parsed");
    assertThat(entry("text").get("wireBytes").asLong()).isEqualTo(26);
  }

  @Test
  void anotherVersionOfTheStreamIsRefused() {
    byte[] version2 = STREAM.clone();
    version2[7] = 2;
    Path stream = file("v2", version2);
    cli.run("record", "--from-file", stream, "--as", "v2")
        .hasFailed("version 2", "offset 4", stream.toString());
    assertThat(names()).doesNotContain("v2");
  }

  @Test
  void anEmptyFileIsRefused() {
    Path empty = file("empty", new byte[0]);
    cli.run("record", "--from-file", empty, "--as", "empty").hasFailed("empty", empty.toString());
    assertThat(names()).doesNotContain("empty");
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.001, 0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.97, 0.999})
  void aCutStreamIsToldAndReadableUpToTheCut(double part) {
    int length = (int) (STREAM.length * part);
    String name = "cut-" + length;
    Path stream = file(name, Arrays.copyOf(STREAM, length));
    cli.run("record", "--from-file", stream, "--as", name)
        .hasFailed("stream is cut", "offset " + length, "recorded");
    assertThat(entry(name).get("state").asText()).isEqualTo("SEALED");
    assertThat(entry(name).get("wireBytes").asLong()).isEqualTo(length);
    assertThat(cli.run("show", name).isFine().lines()).hasSizeGreaterThan(2);
  }

  @Test
  void aCutCompressedFileIsToldAndReadableUpToTheCut() {
    byte[] whole = Zstd.compress(Streams.noise(1 << 20));
    Path stream = file("cut.zst", Arrays.copyOf(whole, whole.length - 5));
    Result result = cli.run("record", "--from-file", stream, "--as", "cutzst");
    assertThat(result.exitCode()).isEqualTo(3);
    assertThat(result.err()).contains(stream.toString(), "can't be read further");
    assertThat(entry("cutzst").get("state").asText()).isEqualTo("SEALED");
  }

  @Test
  void damageIsToldAndTheRestIsRecorded() {
    byte[] damaged = STREAM.clone();
    int request = STREAM.length - 3000;
    Arrays.fill(damaged, request, request + 40, (byte) 0xEE);
    Arrays.fill(damaged, 60, 90, (byte) 0xEE);
    Path stream = file("damaged", damaged);
    cli.run("record", "--from-file", stream, "--as", "damaged")
        .hasFailed("could not be parsed", "offset ", "opaque events");
    assertThat(entry("damaged").get("wireBytes").asLong()).isEqualTo(STREAM.length);
  }

  @Test
  void aTakenNameIsRefusedAndTheRecordingStays() {
    Path stream = file("p2s", STREAM);
    cli.run("record", "--from-file", stream, "--as", "taken").isFine();
    JsonNode before = entry("taken");
    cli.run("record", "--from-file", stream, "--as", "taken")
        .hasFailed("name is taken", "taken", "delete");
    assertThat(entry("taken")).isEqualTo(before);
  }

  @Test
  void wrongCommandLinesAreRefused() {
    Path stream = file("p2s", STREAM);
    cli.run("record").isRefused("--from-file", "--listen");
    cli.run("record", "--from-file", stream, "--listen", "127.0.0.1:0").isRefused("either");
    cli.run("record", "--listen", "127.0.0.1:0").isRefused("--forward");
    cli.run("record", "--listen", "here", "--forward", "127.0.0.1:1")
        .isRefused("--listen", "HOST:PORT");
    cli.run("record", "--from-file", stream, "--as", "a/b").isRefused("--as", "a/b");
    cli.run("record", "--from-file", stream, "--partitions", 0).isRefused("--partitions");
    cli.run("record", "--from-file", stream, "--partitions", "x").isRefused("--partitions");
    cli.run("record", "--from-file", stream, "--observe", "ram")
        .isRefused("--observe", "CHECKPOINT");
    cli.run("record", "--listen", "127.0.0.1:0", "--forward", "127.0.0.1:1", "--force")
        .isRefused("--force");
  }

  private Path file(String name, byte[] bytes) {
    return Streams.write(folder.resolve(name), bytes);
  }

  private JsonNode entry(String name) {
    return cli.run("list", "--json").isFine().jsonLines().stream()
        .filter(recording -> recording.get("name").asText().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError(name + " is not listed"));
  }

  private List<String> names() {
    return cli.run("list", "--json").isFine().jsonLines().stream()
        .map(recording -> recording.get("name").asText())
        .toList();
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    }
    return out.toByteArray();
  }
}
