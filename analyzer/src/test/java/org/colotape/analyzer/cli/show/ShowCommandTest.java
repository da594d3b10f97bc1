package org.colotape.analyzer.cli.show;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.colotape.analyzer.cli.fixture.Cli;
import org.colotape.analyzer.cli.fixture.Result;
import org.colotape.analyzer.cli.fixture.Streams;
import org.colotape.recorder.fixture.MigrationStreamBuilder;
import org.colotape.schema.broker.EmbeddedBroker;
import org.colotape.schema.event.Kind;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShowCommandTest {
  private static final int CHECKPOINTS = 3;

  @TempDir static Path home;
  private static EmbeddedBroker broker;
  private final Cli cli = new Cli(home);

  @BeforeAll
  static void record(@TempDir Path captures) {
    broker = EmbeddedBroker.open(home);
    Path stream = Streams.write(captures.resolve("p2s"), Streams.colo(CHECKPOINTS));
    Path answers = Streams.write(captures.resolve("s2p"), Streams.answers(CHECKPOINTS));
    Path image = Streams.write(captures.resolve("pvm"), Streams.memory(2));
    Cli cli = new Cli(home);
    cli.run(
            "record",
            "--from-file",
            stream,
            "--return-path",
            answers,
            "--observe",
            "pvm:2:" + image,
            "--as",
            "colo")
        .isFine();
    byte[] busy =
        MigrationStreamBuilder.stream()
            .ramSetup()
            .ramPart(ram -> {
              ram.page("pc.ram", 0, 1);
              for (int page = 1; page < 10; page++) {
                ram.page(page * 4096L, 1 + page);
              }
              ram.page("vga.vram", 0, 1).page(4096, 2);
            })
            .eof()
            .bytes();
    cli.run("record", "--from-file", Streams.write(captures.resolve("busy"), busy), "--as", "busy")
        .isFine();
  }

  @AfterAll
  static void stopTheBroker() {
    broker.close();
  }

  @Test
  void eachEventIsALineUnderAHead() {
    List<String> lines = show("--every-page");
    assertThat(lines.getFirst()).matches(" +SEQ CKPT +CH +OFFSET +KIND");
    assertThat(lines).hasSize(json().size() + 1);
    for (int seq = 0; seq < lines.size() - 1; seq++) {
      assertThat(lines.get(seq + 1)).matches(" *" + seq + " .*");
    }
  }

  @Test
  void linesSayWhereAndWhat() {
    assertThat(show())
        .anyMatch(line -> line.matches(" +0 +0 +- +- +RECORDING_START +colo, by Colotape .*"))
        .anyMatch(line -> line.matches(" +1 +0 +0> +0 +STREAM_HEADER"))
        .anyMatch(line -> line.matches(".* MIG_COMMAND +ENABLE_COLO \\(8\\), 0 bytes"))
        .anyMatch(line -> line.matches(".* 0 +0> +\\d+ +PAGE +pc.ram 0x1000 RAW"))
        .anyMatch(line -> line.matches(".* 0 +0> +\\d+ +PAGE +pc.ram 0x2000 ZERO 20 pages"))
        .anyMatch(line -> line.matches(".* 1 +0< +4 +COLO_MESSAGE +CHECKPOINT_REPLY"))
        .anyMatch(line -> line.matches(".* 2 +- +- +CHECKPOINT_SEALED +whole: .*"))
        .anyMatch(line -> line.matches(".* RECORDING_END +all read: end of file; migration .*"));
  }

  @Test
  void filtersAreCombined() {
    assertThat(show("--kind", "page", "--checkpoint", "1..2"))
        .hasSize(3)
        .anyMatch(line -> line.endsWith("pc.ram 0x2000 RAW"))
        .anyMatch(line -> line.endsWith("pc.ram 0x3000 RAW"));
    assertThat(show("--kind", "colo-message,Checkpoint_Sealed", "--checkpoint", "3")).hasSize(8);
    assertThat(show("--block", "vga.vram")).hasSize(1);
  }

  @Test
  void pagesAndOffsetsFindWhateverTouchesThem() {
    List<JsonNode> byPage = json("--pages", "3");
    assertThat(kinds(byPage)).containsExactly("PAGE", "PAGE", "OBSERVATION");
    assertThat(byPage.getFirst().at("/page/pages").asInt()).isEqualTo(20);
    assertThat(json("--offset", "0x3fff")).isEqualTo(byPage);
    assertThat(json("--offset", "12288..16383")).isEqualTo(byPage);
    assertThat(json("--pages", "0x3", "--kind", "page")).hasSize(2);
    assertThat(json("--pages", "22..29", "--kind", "page")).isEmpty();
  }

  @Test
  void limitStopsBehindSoManyEvents() {
    assertThat(json("--limit", 5)).isEqualTo(json().subList(0, 5));
    assertThat(json("--limit", 0)).isEmpty();
    cli.run("show", "colo", "--limit", "-1").isRefused("--limit");
  }

  @Test
  void longRunsOfPagesAreOneLine() {
    List<String> lines = cli.run("show", "busy", "--kind", "page").isFine().lines();
    assertThat(lines).hasSize(4);
    assertThat(lines.get(1)).endsWith("pc.ram 0x0 to 0x9fff: 10 RAW pages; 10 events to seq 17");
    assertThat(lines.get(2)).endsWith("vga.vram 0x0 RAW");
    assertThat(cli.run("show", "busy", "--kind", "page", "--every-page").isFine().lines())
        .hasSize(13);
  }

  @Test
  void jsonHasTheFieldsOfTheSchema() {
    JsonNode page = json("--pages", "1", "--kind", "page").getFirst();
    assertThat(page.get("kind").asText()).isEqualTo("PAGE");
    assertThat(page.get("direction").asText()).isEqualTo("PVM_TO_SVM");
    assertThat(page.at("/page/block").asText()).isEqualTo("pc.ram");
    assertThat(page.at("/page/encoding").asText()).isEqualTo("RAW");
    assertThat(page.get("wireLength").asInt()).isEqualTo(8 + Streams.PAGE);
    assertThat(page.has("wire") || page.has("section")).isFalse();
    assertThat(json("--kind", "checkpoint-sealed").getFirst().at("/seal/digest").asText())
        .matches("[0-9a-f]{32}");
  }

  @Test
  void everyKindOfEventHasALine() {
    List<String> seen = kinds(json());
    assertThat(seen)
        .contains(
            Kind.CONFIGURATION.name(),
            Kind.SECTION_START.name(),
            Kind.SECTION_END.name(),
            Kind.DEVICE_STATE.name(),
            Kind.RAM_BLOCK_LIST.name(),
            Kind.RAM_MARK.name(),
            Kind.END_OF_SECTIONS.name(),
            Kind.VM_DESCRIPTION.name(),
            Kind.CHANNEL_END.name(),
            Kind.OBSERVATION.name());
    assertThat(show("--every-page")).hasSize(seen.size() + 1);
  }

  @Test
  void aTapeIsShownAsItsRecording(@TempDir Path folder) {
    Path tape = folder.resolve("colo.tape");
    cli.run("export", "colo", tape).isFine();
    assertThat(cli.run("show", tape).isFine().lines()).isEqualTo(show());
  }

  @Test
  void wrongFiltersAreRefused() {
    cli.run("show", "colo", "--kind", "pages").isRefused("--kind", "pages", "PAGE");
    cli.run("show", "colo", "--checkpoint", "2..1").isRefused("--checkpoint", "2..1");
    cli.run("show", "colo", "--offset", "-4096").isRefused("--offset", "-4096");
    cli.run("show", "colo", "--pages", "0x99999999999999999").isRefused("--pages");
  }

  private List<String> show(Object... filters) {
    return run(new Object[] {"show", "colo"}, filters).isFine().lines();
  }

  private List<JsonNode> json(Object... filters) {
    return run(new Object[] {"show", "colo", "--json"}, filters).isFine().jsonLines();
  }

  private Result run(Object[] command, Object[] filters) {
    Object[] args = Arrays.copyOf(command, command.length + filters.length);
    System.arraycopy(filters, 0, args, command.length, filters.length);
    return cli.run(args);
  }

  private static List<String> kinds(List<JsonNode> events) {
    return events.stream().map(event -> event.get("kind").asText()).toList();
  }
}
