package org.colotape.analyzer.cli.library;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.colotape.analyzer.cli.fixture.Cli;
import org.colotape.analyzer.cli.fixture.Result;
import org.colotape.analyzer.cli.fixture.Streams;
import org.colotape.schema.broker.EmbeddedBroker;
import org.colotape.schema.event.Event;
import org.colotape.schema.kafka.KafkaLog;
import org.colotape.schema.log.EventSource;
import org.colotape.schema.log.RecordingLog;
import org.colotape.schema.tape.TapeSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LibraryTest {
  @TempDir static Path home;
  private static EmbeddedBroker broker;
  private static Path stream;

  @TempDir Path folder;
  private final Cli cli = new Cli(home);

  @BeforeAll
  static void record(@TempDir Path captures) {
    broker = EmbeddedBroker.open(home);
    stream = Streams.write(captures.resolve("p2s"), Streams.colo(2));
    new Cli(home).run("record", "--from-file", stream, "--as", "colo", "--partitions", 3).isFine();
  }

  @AfterAll
  static void stopTheBroker() {
    broker.close();
  }

  @Test
  void aHomeWithoutRecordingsSaysSo() {
    Cli empty = new Cli(folder.resolve("home"));
    assertThat(empty.run("list").isFine().out()).isEqualTo("no recordings\n");
    assertThat(empty.run("list", "--json").isFine().out()).isEmpty();
  }

  @Test
  void listHasALineForEachRecordingUnderAHead() {
    List<String> lines = cli.run("list").isFine().lines();
    assertThat(lines.getFirst()).startsWith("NAME ").contains("STATE", "EVENTS", "PART");
    assertThat(lines)
        .anyMatch(line -> line.matches("colo +SEALED +20\\d\\d-.*Z +\\d+ +\\d+ +\\d+ +2 +3"));
  }

  @Test
  void listTellsMachinesAllOfTheEntry() {
    JsonNode entry = entry("colo");
    assertThat(entry.get("state").asText()).isEqualTo("SEALED");
    assertThat(entry.get("id").asText()).matches("[0-9a-f]{32}");
    assertThat(entry.get("lastCheckpoint").asInt()).isEqualTo(2);
    assertThat(entry.get("pagePartitions").asInt()).isEqualTo(3);
    assertThat(entry.get("createdAt").asLong()).isGreaterThan(1_700_000_000_000L);
    assertThat(entry.get("wireBytes").asLong()).isEqualTo(Streams.colo(2).length);
  }

  @Test
  void deletedRecordingsAreGoneAndTheirNamesFree() {
    cli.run("record", "--from-file", stream, "--as", "doomed").isFine();
    assertThat(cli.run("delete", "doomed").isFine().out()).isEqualTo("deleted doomed\n");
    assertThat(cli.run("list").isFine().out()).doesNotContain("doomed");
    cli.run("replay", "doomed").hasFailed("no such recording");
    cli.run("record", "--from-file", stream, "--as", "doomed").isFine();
  }

  @Test
  void deletedRecordingsGiveTheirSpaceBack() {
    Path home = folder.resolve("home");
    Cli other = new Cli(home);
    other.run("record", "--from-file", stream, "--as", "doomed").isFine();
    other.run("delete", "doomed").isFine();
    assertThat(home.resolve("broker/data"))
        .isDirectoryNotContaining(path -> path.toString().contains("doomed"));
  }

  @Test
  void deletingOneThatIsNotThereIsToldAndTheOthersGo() {
    cli.run("record", "--from-file", stream, "--as", "there").isFine();
    Result result = cli.run("delete", "nosuch", "there");
    result.hasFailed("no such recording", "nosuch");
    assertThat(result.out()).isEqualTo("deleted there\n");
  }

  @Test
  void snapshotsOfDeletedRecordingsAreGone() throws IOException {
    cli.run("record", "--from-file", stream, "--as", "doomed").isFine();
    String id = entry("doomed").get("id").asText();
    String created = HexFormat.of().toHexDigits(entry("doomed").get("createdAt").asLong());
    Path snapshots = home.resolve("snapshots").resolve(id + "-" + created + "-0123456789abcdef");
    Path others = snapshots.resolveSibling(id + "-" + created + "0-0123456789abcdef");
    Files.createDirectories(others);
    Files.createDirectories(snapshots);
    Files.writeString(snapshots.resolve("7-1-s.snapshot"), "");

    cli.run("delete", "doomed").isFine();

    assertThat(snapshots).doesNotExist();
    assertThat(others).exists();
  }

  @Test
  void anExcerptIsARecordingOfSomeCheckpointsThatSaysWhatItIs() {
    Path tape = folder.resolve("second.tape");

    cli.run("export", "colo", tape, "--from", 2, "--to", 2).isFine();

    assertThat(cli.run("replay", tape, "--at", 2).isFine().lines().stream().skip(1))
        .containsExactlyElementsOf(
            cli.run("replay", "colo", "--at", 2).isFine().lines().stream().skip(1).toList());
    cli.run("replay", tape, "--at", 1).hasFailed("no checkpoint 1");
    assertThat(cli.run("show", tape, "--kind", "altered").isFine().out())
        .contains("excerpt of checkpoints 2 to 2");
    cli.run("import", tape, "--as", "second").isFine();
    assertThat(entry("second").get("id")).isNotEqualTo(entry("colo").get("id"));
    assertThat(entry("second").get("state").asText()).isEqualTo("SEALED");
    cli.run("analyze", "second").isFine();
  }

  @Test
  void whatIsNotAsItWasCapturedIsNoStream() {
    Path tape = folder.resolve("second.tape");
    cli.run("export", "colo", tape, "--from", 1).isFine();
    cli.run("replay", tape, "--to-file", folder.resolve("x")).hasFailed("not as it was captured");
    cli.run("verify", tape).hasFailed("not as it was captured");
    cli.run("replay", tape, "--to", "127.0.0.1:1").hasFailed("not as it was captured");
  }

  @Test
  void aRedactedTapeIsAnalysedAlikeAndHoldsNoMemory() {
    Path tape = folder.resolve("redacted.tape");
    cli.run("export", "colo", tape, "--redact").isFine();
    assertThat(cli.run("analyze", tape, "--json").json().get("outcome"))
        .isEqualTo(cli.run("analyze", "colo", "--json").json().get("outcome"))
        .isNotNull();
    assertThat(cli.run("replay", tape, "--sha256").isFine().out())
        .isNotEqualTo(cli.run("replay", "colo", "--sha256").isFine().out());
    cli.run("replay", tape, "--to-file", folder.resolve("x")).hasFailed("replaced by digests");
  }

  @Test
  void wrongExcerptsAreRefused() {
    Path tape = folder.resolve("wrong.tape");
    cli.run("export", "colo", tape, "--from", 2, "--to", 1).isRefused("--to");
    cli.run("export", "colo", tape, "--from", 9).hasFailed("no checkpoint 8");
    cli.run("export", "colo", tape, "--block", "nosuch").hasFailed("no such RAM block", "nosuch");
    cli.run("export", "colo", tape, "--only-divergent").hasFailed("nothing diverges");
    assertThat(tape).doesNotExist();
  }

  @Test
  void exportAndImportLoseNothing() {
    Path tape = folder.resolve("colo.tape");
    JsonNode exported = cli.run("export", "colo", tape, "--json").isFine().json();
    cli.run("import", tape, "--as", "copy").isFine();
    assertThat(exported.get("events")).isEqualTo(entry("colo").get("events"));
    List<Event> original = events("colo");
    assertThat(events("copy")).isEqualTo(original);
    assertThat(withoutPlace(events(tape))).isEqualTo(withoutPlace(original));
    assertThat(withoutNameAndTime(entry("copy"))).isEqualTo(withoutNameAndTime(entry("colo")));
  }

  @Test
  void importTakesNameAndPartitionsOfTheTapeUnlessTold() {
    Path tape = folder.resolve("colo.tape");
    cli.run("export", "colo", tape).isFine();
    cli.run("import", tape).hasFailed("name is taken", "colo");
    Cli other = new Cli(folder.resolve("home"));
    assertThat(other.run("import", tape).isFine().out())
        .startsWith("imported " + tape + " as colo: ");
    assertThat(other.run("list", "--json").isFine().json().get("pagePartitions").asInt())
        .isEqualTo(3);
    cli.run("import", tape, "--as", "eight", "--partitions", 8).isFine();
    assertThat(entry("eight").get("pagePartitions").asInt()).isEqualTo(8);
    assertThat(digests("eight")).isEqualTo(digests("colo"));
  }

  @Test
  void aTapeIsNotOverwritten() throws IOException {
    Path tape = Files.writeString(folder.resolve("tape"), "precious");
    cli.run("export", "colo", tape).hasFailed("file exists", tape.toString());
    assertThat(tape).hasContent("precious");
    cli.run("export", "colo", folder.resolve("none/tape")).hasFailed("cannot write tape", "none");
  }

  @Test
  void whatIsNoTapeIsTold() {
    cli.run("import", folder.resolve("none")).hasFailed("no such file", "none");
    cli.run("import", stream).hasFailed("not a tape", stream.toString());
    cli.run("replay", stream).hasFailed("not a tape", stream.toString());
  }

  @Test
  void aTapeThatIsCutIsImportedUpToTheCut() throws IOException {
    Path whole = folder.resolve("whole");
    cli.run("export", "colo", whole).isFine();
    byte[] bytes = Files.readAllBytes(whole);
    Path cut = Streams.write(folder.resolve("cut"), Arrays.copyOf(bytes, bytes.length - 20));
    Result result = cli.run("import", cut, "--as", "cut");
    result.hasFailed("tape is damaged or cut", cut.toString());
    assertThat(result.out()).contains("not sealed");
    assertThat(cli.run("list").isFine().out()).containsPattern("cut +OPEN");
    cli.run("show", "cut").isFine();
  }

  @Test
  void aTapeOfANewerSchemaIsTold() throws IOException {
    Path tape = NewerTape.write(folder.resolve("newer"));
    cli.run("replay", tape).hasFailed("newer schema", tape.toString());
    cli.run("import", tape).hasFailed("newer schema", tape.toString());
  }

  @Test
  void aNameThatIsATapeFileHereIsExplained() throws IOException {
    Path here = Path.of("colotape-library-test.tape");
    cli.run("export", "colo", here).isFine();
    try {
      cli.run("show", here).hasFailed("no such recording", "write ./" + here);
      cli.run("show", "./" + here, "--limit", 1).isFine();
    } finally {
      Files.delete(here);
    }
  }

  private JsonNode entry(String name) {
    return cli.run("list", "--json").isFine().jsonLines().stream()
        .filter(recording -> recording.get("name").asText().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError(name + " is not listed"));
  }

  private JsonNode digests(String name) {
    return cli.run("replay", name, "--json").isFine().json().get("blocks");
  }

  private static ObjectNode withoutNameAndTime(JsonNode entry) {
    ObjectNode copy = entry.deepCopy();
    copy.remove(List.of("name", "createdAt"));
    return copy;
  }

  /** Tapes do not say where page partitions end; the rest is the same. */
  private static List<Event> withoutPlace(List<Event> events) {
    return events.stream()
        .map(event -> Event.newBuilder(event).setPageEnds(List.of()).build())
        .toList();
  }

  private static List<Event> events(String name) {
    try (RecordingLog log = KafkaLog.embedded(home);
        EventSource source = log.open(name)) {
      return all(source);
    }
  }

  private static List<Event> events(Path tape) {
    try (EventSource source = TapeSource.open(tape)) {
      return all(source);
    }
  }

  private static List<Event> all(EventSource source) {
    List<Event> events = new ArrayList<>();
    source.forEach(events::add);
    return events;
  }
}
