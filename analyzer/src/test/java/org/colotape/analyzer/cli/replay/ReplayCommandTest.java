package org.colotape.analyzer.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.StreamSupport;
import org.colotape.analyzer.cli.fixture.Cli;
import org.colotape.analyzer.cli.fixture.Result;
import org.colotape.analyzer.cli.fixture.Streams;
import org.colotape.schema.broker.EmbeddedBroker;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplayCommandTest {
  private static final int CHECKPOINTS = 3;

  @TempDir static Path home;
  private static EmbeddedBroker broker;

  @TempDir Path folder;
  private final Cli cli = new Cli(home);

  @BeforeAll
  static void record(@TempDir Path captures) {
    broker = EmbeddedBroker.open(home);
    Path stream = Streams.write(captures.resolve("p2s"), Streams.colo(CHECKPOINTS));
    Path answers = Streams.write(captures.resolve("s2p"), Streams.answers(CHECKPOINTS));
    new Cli(home)
        .run("record", "--from-file", stream, "--return-path", answers, "--as", "colo")
        .isFine();
  }

  @AfterAll
  static void stopTheBroker() {
    broker.close();
  }

  @Test
  void withoutCheckpointItGoesToTheLast() {
    assertThat(cli.run("replay", "colo").isFine().lines())
        .hasSize(3)
        .first()
        .asString()
        .startsWith("colo at checkpoint 3 (whole, flushed), rules qemu, event ");
  }

  @Test
  void digestsAreThoseOfTheBlockInSvmAndCache() {
    Result result = cli.run("replay", "colo").isFine();
    assertThat(result.lines().get(1)).matches("svm +262144 bytes  [0-9a-f]{32}  pc.ram");
    assertThat(result.lines().get(2)).matches("cache +262144 bytes  [0-9a-f]{32}  pc.ram");
    assertThat(digest(json("colo"), "svm")).isEqualTo(digest(json("colo"), "cache"));
  }

  @Test
  void aTapeHasTheSameDigestsAsItsRecording() {
    Path tape = folder.resolve("colo.tape");
    cli.run("export", "colo", tape).isFine();
    assertThat(json(tape.toString()).get("blocks")).isEqualTo(json("colo").get("blocks"));
  }

  @Test
  void imagesHoldTheMemoryAtTheCheckpoint() throws IOException {
    cli.run("replay", "colo", "--at", 2, "--images", folder).isFine();
    Path images = folder.resolve("checkpoint-2");
    assertThat(images.resolve("svm/pc.ram.raw")).hasBinaryContent(Streams.memory(2));
    assertThat(images.resolve("cache/pc.ram.raw")).hasBinaryContent(Streams.memory(2));
    assertThat(folder).isDirectoryNotContaining(path -> !path.equals(images));
  }

  @Test
  void withAnEventItStopsBehindItWithinTheCheckpoint() {
    JsonNode end = json("colo", "--at", 2);
    JsonNode same = json("colo", "--at-seq", end.get("lastSeq").asLong());
    assertThat(same).isEqualTo(end);

    long before = end.get("lastSeq").asLong() - 1;
    JsonNode within = json("colo", "--at-seq", before);
    assertThat(within.get("atEnd").asBoolean()).isFalse();
    assertThat(within.get("checkpoint").asInt()).isEqualTo(2);
    assertThat(within.get("lastSeq").asLong()).isEqualTo(before);
    assertThat(cli.run("replay", "colo", "--at-seq", before).isFine().lines())
        .first()
        .isEqualTo("colo within checkpoint 2, rules qemu, event " + before);
  }

  @Test
  void anEventThatIsNotThereIsTold() {
    cli.run("replay", "colo", "--at-seq", 99999).hasFailed("no event 99999", "colo", "0 to ");
    cli.run("replay", "colo", "--at-seq", "-1").isRefused("--at-seq");
    cli.run("replay", "colo", "--at-seq", 1, "--at", 1).isRefused("--at", "--at-seq");
  }

  @Test
  void sha256IsThatOfTheImage() throws NoSuchAlgorithmException {
    byte[] hash = MessageDigest.getInstance("SHA-256").digest(Streams.memory(1));
    assertThat(cli.run("replay", "colo", "--at", 1, "--sha256").isFine().out())
        .contains("sha256 " + HexFormat.of().formatHex(hash));
  }

  @Test
  void rulesDecideWhatTheCacheHoldsOfPagesFromBeforeColo() {
    assertThat(digest(json("colo"), "cache"))
        .isNotEqualTo(digest(json("colo", "--rules", "seed-2018"), "cache"));
    cli.run("replay", "colo", "--rules", "qemu-9").isRefused("--rules", "qemu-9", "seed-2018");
  }

  @Test
  void jsonTellsWhereItStands() {
    JsonNode json = json("colo", "--at", 1);
    assertThat(json.get("checkpoint").asInt()).isEqualTo(1);
    assertThat(json.get("complete").asBoolean()).isTrue();
    assertThat(json.get("flushed").asBoolean()).isTrue();
    assertThat(json.get("rules").asText()).isEqualTo("qemu");
    assertThat(json.get("loadError").isNull()).isTrue();
    assertThat(json.get("blocks")).hasSize(2);
    assertThat(json.get("images").isNull()).isTrue();
  }

  @Test
  void aCheckpointThatIsNotThereIsTold() {
    cli.run("replay", "colo", "--at", 4).hasFailed("no checkpoint 4", "colo", "0 to 3");
    cli.run("replay", "colo", "--at", "-1").isRefused("--at");
  }

  @Test
  void aRecordingThatIsNotThereIsTold() {
    cli.run("replay", "nosuch").hasFailed("no such recording", "nosuch", "colotape list");
    cli.run("replay", "./nosuch").hasFailed("no such file", "./nosuch");
    cli.run("replay", "no such").hasFailed("not a name", "no such");
  }

  @Test
  void bytesThatCouldNotBeParsedEndTheLoadAndFail() {
    byte[] damaged = Streams.colo(CHECKPOINTS);
    Arrays.fill(damaged, 60, 90, (byte) 0xEE);
    Path stream = Streams.write(folder.resolve("damaged"), damaged);
    cli.run("record", "--from-file", stream, "--force", "--as", "damaged").isFine();
    Result result = cli.run("replay", "damaged", "--json");
    result.hasFailed("load ended", "could not be parsed", "stream offset", "colotape show damaged");
    assertThat(result.json().get("loadError").asText()).contains("could not be parsed");
  }

  @Test
  void channelsAreWrittenAgainAsTheyWereCaptured() {
    cli.run("replay", "colo", "--to-file", folder).isFine();
    assertThat(folder.resolve("c0.p2s")).hasBinaryContent(Streams.colo(CHECKPOINTS));
    assertThat(folder.resolve("c0.s2p")).hasBinaryContent(Streams.answers(CHECKPOINTS));
  }

  @Test
  void channelsWrittenAgainAreToldWithTheirLength() {
    JsonNode json = json("colo", "--to-file", folder);
    JsonNode main = json.get("files").get(0);
    assertThat(main.get("file").asText()).isEqualTo(folder.resolve("c0.p2s").toString());
    assertThat(main.get("bytes").asInt()).isEqualTo(Streams.colo(CHECKPOINTS).length);
    assertThat(main.get("direction").asText()).isEqualTo("PVM_TO_SVM");
    assertThat(main.get("sha256").isNull()).isTrue();
    cli.run("replay", "colo", "--to-file", folder).hasFailed("file exists", "c0.");
    assertThat(cli.run("replay", "colo", "--to-file", folder.resolve("b")).isFine().lines())
        .hasSize(2)
        .first()
        .asString()
        .startsWith("channel 0, PVM to SVM ");
  }

  @Test
  void writingChannelsGoesWithNothingThatRebuildsMemory() {
    cli.run("replay", "colo", "--to-file", folder, "--at", 1).isRefused("--to-file", "--at");
    cli.run("replay", "colo", "--to-file", folder, "--rules", "qemu").isRefused("--rules");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void imagesThatCannotBeWrittenAreTold() {
    Path file = Streams.write(folder.resolve("file"), new byte[1]);
    cli.run("replay", "colo", "--images", file).hasFailed("cannot write memory image", "file");
  }

  private JsonNode json(Object... args) {
    Object[] command = new Object[args.length + 2];
    command[0] = "replay";
    command[1] = "--json";
    System.arraycopy(args, 0, command, 2, args.length);
    return cli.run(command).isFine().json();
  }

  private static String digest(JsonNode result, String memory) {
    return StreamSupport.stream(result.get("blocks").spliterator(), false)
        .filter(block -> block.get("memory").asText().equals(memory))
        .map(block -> block.get("digest").asText())
        .findFirst()
        .orElseThrow();
  }
}
