package org.colotape.analyzer.cli.history;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import org.colotape.analyzer.cli.fixture.Cli;
import org.colotape.analyzer.cli.fixture.Result;
import org.colotape.analyzer.cli.frame.ExitCode;
import org.colotape.replayer.fixture.EventScript;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.tape.TapeSink;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryCommandsTest {
  private static final int PAGE = EventScript.PAGE;

  @TempDir Path folder;
  private Cli cli = new Cli(Path.of(""));
  private Path tape = Path.of("");
  private List<Event> events = List.of();

  /** Page 1 of ram: 0x11 in the migration, 0x22 in checkpoints 1 and 2, then zeros. */
  @BeforeEach
  void record() {
    cli = new Cli(folder.resolve("home"));
    tape = folder.resolve("history.tape");
    EventScript script =
        EventScript.withReturnPath()
            .coloMigration(
                "ram", 4L * PAGE, pages -> pages.raw("ram", PAGE, 0x11).raw("ram", 0, 0x33))
            .checkpoint(pages -> pages.raw("ram", PAGE, 0x22))
            .checkpoint(pages -> pages.raw("ram", PAGE, 0x22))
            .checkpoint(pages -> pages.zero("ram", PAGE, 1));
    events = script.end().events();
    try (TapeSink sink = TapeSink.create(tape, script.source().recording())) {
      events.forEach(sink::accept);
    }
  }

  @Test
  void blameTellsAllEventsThatWroteThePageNewestFirst() {
    List<String> lines = cli.run("blame", tape, "ram+0x1010").isFine().lines();
    assertThat(lines).hasSize(5);
    assertThat(lines.get(1)).contains(" ZERO ", String.valueOf(PAGE), "0x0: 0000");
    assertThat(lines.get(2)).contains(" RAW ", "nothing changed");
    assertThat(lines.get(3)).contains(" RAW ", "0x0: 2222");
    assertThat(lines.get(4)).contains(" RAW ", "0x0: 1111");
  }

  @Test
  void blameStopsAtACheckpointAndAtALimit() {
    assertThat(cli.run("blame", tape, "ram+0x1010", "--at", 1).isFine().lines()).hasSize(3);
    assertThat(cli.run("blame", tape, "ram+0x1010", "--limit", 1).isFine().lines())
        .hasSize(3)
        .last()
        .asString()
        .contains("3 older ones");
    assertThat(cli.run("blame", tape, "ram+0x3000").isFine().out())
        .contains("ram+0x3000 was never written");
    cli.run("blame", tape, "ram+0x4000").hasFailed("no such page");
    cli.run("blame", tape, "rom+0").hasFailed("no such RAM block");
    cli.run("blame", tape, "ram").isRefused("BLOCK+OFFSET");
  }

  @Test
  void diffTellsPagesThatChangedBetweenTwoCheckpoints() {
    Result changed = cli.run("diff", tape, 0, 1);
    assertThat(changed.exitCode()).isEqualTo(ExitCode.DIVERGED);
    assertThat(changed.lines())
        .containsExactly(
            "cache ram, 1 pages", "  0x1000..0x1fff", "svm ram, 1 pages", "  0x1000..0x1fff");
    assertThat(cli.run("diff", tape, 1, 2).isFine().out()).isEqualTo("no page differs\n");
    cli.run("diff", tape, 1).isRefused("--other");
    cli.run("diff", tape, 1, 9).hasFailed("no checkpoint 9");
  }

  @Test
  void diffTellsWhatAnotherRuleSetOrRecordingMakesOfIt() {
    JsonNode rules =
        cli.run("diff", tape, 0, "--other-rules", "seed-2018", "--memory", "cache", "--json")
            .json();
    assertThat(rules.get("pages").asInt()).isEqualTo(2);
    assertThat(rules.get("ranges").get(0).get("length").asLong()).isEqualTo(2L * PAGE);
    cli.run("diff", tape, 2, "--other", tape).isFine();
    assertThat(cli.run("diff", tape, 2, 3, "--other", tape, "--memory", "svm").lines())
        .first()
        .isEqualTo("svm ram, 1 pages");
  }

  @Test
  void bisectFindsTheEventBehindWhichAByteIsThere() {
    long flush =
        events.stream()
            .filter(event -> event.getCheckpoint() == 3 && event.getKind() == Kind.COLO_MESSAGE)
            .filter(event -> event.getMessage().getType().name().equals("VMSTATE_RECEIVED"))
            .findFirst()
            .orElseThrow()
            .getSeq();
    JsonNode svm =
        cli.run("bisect", tape, "--at", "ram+0x1004", "--byte", 0, "--json").isFine().json();
    assertThat(svm.get("event").asLong()).isEqualTo(flush);
    assertThat(svm.get("checkpoint").asInt()).isEqualTo(3);
    JsonNode pvm =
        cli.run("bisect", tape, "--at", "ram+0x1004", "--byte", 0, "--memory", "pvm", "--json")
            .isFine()
            .json();
    assertThat(pvm.get("event").asLong()).isLessThan(flush);
  }

  @Test
  void bisectAsksForADigestOrAScript() {
    String digest =
        cli.run("blame", tape, "ram+0x1000", "--json", "--limit", 1).json().get("digest").asText();
    cli.run("bisect", tape, "--at", "ram+0x1000", "--digest", digest).isFine();
    Result script =
        cli.run(
            "bisect",
            tape,
            "--run",
            "test \"$(od -An -tx1 -j4096 -N1 $COLOTAPE_IMAGES/ram.raw | tr -d ' ')\" = 00"
                + " && test $COLOTAPE_CHECKPOINT = 3");
    assertThat(script.isFine().out()).contains("checkpoint 3");
    Result never = cli.run("bisect", tape, "--at", "ram+0", "--byte", "0x99");
    assertThat(never.exitCode()).isEqualTo(ExitCode.DIVERGED);
    cli.run("bisect", tape).isRefused("--byte");
    cli.run("bisect", tape, "--at", "ram+0", "--byte", 256).isRefused("0 to 255");
  }
}
