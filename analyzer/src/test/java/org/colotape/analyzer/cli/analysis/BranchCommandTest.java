package org.colotape.analyzer.cli.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.colotape.analyzer.cli.fixture.Cli;
import org.colotape.analyzer.cli.fixture.Result;
import org.colotape.analyzer.cli.frame.ExitCode;
import org.colotape.analyzer.report.PublishedSchema;
import org.colotape.replayer.fixture.EventScript;
import org.colotape.schema.event.ColoMessageType;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.tape.TapeSink;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code colotape analyze} of what would have been. */
class BranchCommandTest {
  private static final int PAGE = EventScript.PAGE;

  @TempDir Path folder;
  private EventScript script = EventScript.withReturnPath();
  private String tape = "";

  @BeforeEach
  void record() {
    script.coloMigration("ram", 16 * PAGE, s -> s.raw("ram", 0, 1).raw("ram", PAGE, 2));
    script.checkpoint(s -> s.raw("ram", PAGE, 3));
    script.checkpoint(s -> s.raw("ram", 2 * PAGE, 4)).end();
    Path file = folder.resolve("script.tape");
    try (TapeSink sink = TapeSink.create(file, script.source().recording())) {
      script.events().forEach(sink::accept);
    }
    tape = file.toString();
  }

  @Test
  void aDroppedPageIsOldInEveryMemoryUntilItIsSentAgain() {
    long page = page(1);
    Result result = run("--drop", page).isFine();
    assertThat(result.out())
        .startsWith("branch behind event %d: event %d dropped\nin step".formatted(page - 1, page))
        .contains("pages that differ from the recording, rules qemu\n")
        .contains("         1          1          1          1\n")
        .contains("         2          1          1          1\n")
        .contains("first at checkpoint 1\n", "  SVM ram, 1 page\n    0x1000..0x1fff\n")
        .contains("    page ram+0x1000\n")
        .contains("      recording  0x1000         03 03")
        .contains("      branch     0x1000         02 02")
        .contains("      recording: written last by event seq " + page + " at stream offset")
        .contains("      branch: written last by event seq 4 at stream offset");
  }

  @Test
  void jsonHasTheBranchItsVerdictAndTheDifferences() {
    long page = page(2);
    JsonNode json = run("--set-page", page + "=0xee", "--json").isFine().json();
    assertThat(PublishedSchema.errors(json)).isEmpty();
    assertThat(json.at("/branch/at").asLong()).isEqualTo(page - 1);
    assertThat(json.at("/branch/changes/0").asText())
        .isEqualTo("page of event " + page + " changed");
    assertThat(json.at("/verdict/outcome").asText()).isEqualTo("in-step");
    assertThat(json.at("/verdict/checkpoints/0/checkpoint").asInt()).isEqualTo(2);
    assertThat(json.get("differences")).hasSize(3);
    JsonNode svm = json.at("/differences/2");
    assertThat(svm.get("memory").asText()).isEqualTo("svm");
    assertThat(svm.at("/ranges/0/offset").asLong()).isEqualTo(2L * PAGE);
    assertThat(svm.at("/evidence/0/branch/bytes").asText()).startsWith("eeee");
    assertThat(svm.at("/evidence/0/recording/bytes").asText()).startsWith("0404");
    assertThat(svm.at("/evidence/0/branch/lastWriter/seq").asLong()).isEqualTo(page);
  }

  @Test
  void aPageIsTakenFromAFileAndAddedBehindAnEvent() throws IOException {
    Path contents = Files.write(folder.resolve("page"), new byte[PAGE]);
    Files.writeString(contents, "hello" + " ".repeat(PAGE - 5));
    String out =
        run("--add-page", page(1) + "=ram+0x5000=" + contents, "--pages", 1).isFine().out();
    assertThat(out)
        .contains("page ram+0x5000 added behind event " + page(1))
        .contains("numbered one higher than in the recording")
        .contains("  68 65 6c 6c 6f".strip());
  }

  @Test
  void withoutTheSecondarysAnswerTheCheckpointIsNotFlushed() {
    long received = message(1, ColoMessageType.VMSTATE_RECEIVED);
    Result dropped = run("--drop", received);
    assertThat(dropped.exitCode()).isEqualTo(ExitCode.UNDECIDED);
    assertThat(dropped.out())
        .contains("not compared: the SVM did not confirm")
        .contains("         1          0          0          1\n");
    assertThat(
            run("--drop", received, "--add-message", received + "=vmstate-received").isFine().out())
        .contains("the branch holds what the recording holds, behind every checkpoint");
    Result said = run("--set-message", received + "=vmstate-loaded");
    assertThat(said.exitCode()).isEqualTo(ExitCode.UNDECIDED);
    assertThat(said.out()).contains("event " + received + " says VMSTATE_LOADED");
  }

  @Test
  void otherRulesHoldFromTheBranchOnAndAreComparedWithThoseOfTheRecording() {
    Result result = run("--branch-at", page(0), "--rules", "seed-2018");
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.out())
        .startsWith(
            "branch behind event " + page(0) + ": rules seed-2018\ndiverged at checkpoint 0")
        .contains("pages that differ from the recording, rules qemu\n")
        .contains("         0          0          1          0\n");
  }

  @Test
  void theBranchIsAnalysedUpToACheckpoint() {
    assertThat(run("--set-page", page(1) + "=0xaa", "--at", 1).isFine().out())
        .contains("         1          1          1          1\n")
        .doesNotContain("         2          1          1          1\n");
  }

  @Test
  void whatIsNotUnderstoodIsSaid() {
    run("--set-page", "five=0x00").hasFailed("not a change of a recording", "five=0x00");
    run("--set-message", "5=hello").hasFailed("not a change", "hello", "VMSTATE_RECEIVED");
    run("--add-page", "5=ram=0x00").hasFailed("not a change", "SEQ=BLOCK+0xOFFSET=CONTENTS");
    run("--set-page", page(1) + "=" + folder.resolve("none")).hasFailed("cannot read", "none");
    run("--set-message", page(1) + "=vmstate-send").hasFailed("is no COLO message");
    run("--drop", 9999).hasFailed("no event 99");
    run("--branch-at", page(2), "--drop", page(1)).hasFailed("is before the branch");
  }

  private Result run(Object... options) {
    Object[] command = new Object[options.length + 2];
    command[0] = "analyze";
    command[1] = tape;
    System.arraycopy(options, 0, command, 2, options.length);
    return new Cli(folder.resolve("home")).run(command);
  }

  /** The first page of a checkpoint. */
  private long page(int checkpoint) {
    return script.events().stream()
        .filter(event -> event.getCheckpoint() == checkpoint && event.getKind() == Kind.PAGE)
        .mapToLong(Event::getSeq)
        .findFirst()
        .orElseThrow();
  }

  private long message(int checkpoint, ColoMessageType type) {
    return script.events().stream()
        .filter(event -> event.getCheckpoint() == checkpoint)
        .filter(event -> event.getKind() == Kind.COLO_MESSAGE)
        .filter(event -> event.getMessage().getType() == type)
        .mapToLong(Event::getSeq)
        .findFirst()
        .orElseThrow();
  }
}
