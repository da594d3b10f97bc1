package org.colotape.analyzer.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.colotape.analyzer.cli.fixture.Result;
import org.colotape.recorder.qemu.EachQemu;
import org.colotape.recorder.qemu.QemuProgram;
import org.colotape.schema.broker.EmbeddedBroker;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The lab with real QEMUs: each fault on purpose is named, each failover succeeds. */
@Timeout(120)
@EachQemu
class LabQemuIT {
  @TempDir private static Path home;
  private static @Nullable EmbeddedBroker broker;

  private final QemuProgram program;

  LabQemuIT(QemuProgram program) {
    this.program = program;
  }

  @BeforeAll
  static void startABroker() {
    broker = EmbeddedBroker.open(home);
  }

  @AfterAll
  static void stopTheBroker() {
    if (broker != null) {
      broker.close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"drop:0x103000", "flip", "repeat", "swap"})
  void aDamagedPageDivergesAtItsCheckpointAndNoOther(String fault) throws Exception {
    LabRun run = lab("--checkpoints", 2, "--fault", fault + "@2");

    assertThat(run.result().exitCode()).as("%s", run).isEqualTo(1);
    assertThat(run.differing(1, "pvm-cache")).isEmpty();
    assertThat(run.differing(2, "pvm-cache")).containsExactlyElementsOf(damaged(run.result()));
    if (fault.contains(":")) {
      assertThat(damaged(run.result())).containsExactly("0x103000");
    }
  }

  /** The pages that the lab says it has damaged. */
  private static List<String> damaged(Result result) {
    String line =
        result.lines().stream().filter(told -> told.contains("fault: page")).findFirst().orElse("");
    return Pattern.compile("0x[0-9a-f]+").matcher(line).results().map(MatchResult::group).toList();
  }

  @Test
  void aPageThatTheTapNeverSawIsToldToBeLostByThePrimary() throws Exception {
    LabRun run = lab("--checkpoints", 2, "--fault", "drop@2", "--fault-before-tap");

    assertThat(run.result().exitCode()).as("%s", run).isEqualTo(1);
    assertThat(run.findings()).containsExactly("lost-dirty-bit at 2");
  }

  @Test
  void aTruncatedPageIsNamedByWhereItsStreamCannotBeReadOn() throws Exception {
    LabRun run = lab("--checkpoints", 2, "--fault", "truncate@2").isBroken();

    assertThat(run.told())
        .anyMatch(text -> text.matches(".* bytes not parsed .*checkpoint 2, ram section.*"));
  }

  @ParameterizedTest
  @CsvSource({
    "REQUEST,loaded all before checkpoint 2",
    "REPLY,loaded all before checkpoint 2",
    "VMSTATE_SEND,(never told that it has loaded checkpoint 2|where VMSTATE_RECEIVED of the SVM was"
        + " due)",
    "VMSTATE_SIZE,(never told that it has loaded checkpoint 2|where VMSTATE_RECEIVED of the SVM was"
        + " due)",
    "VMSTATE_RECEIVED,came .* where VMSTATE_RECEIVED of the SVM was due",
    "VMSTATE_LOADED,(never told that it has loaded checkpoint 2|where VMSTATE_RECEIVED of the SVM"
        + " was due)"
  })
  void aLostMessageIsNamed(String message, String told) throws Exception {
    LabRun run = lab("--checkpoints", 2, "--fault", "lose:" + message + "@2").isBroken();

    assertThat(run.told()).anyMatch(text -> text.matches(".*" + told + ".*"));
  }

  @Test
  void aSecondaryThatWasKilledIsNamedByWhereThePairBroke() throws Exception {
    LabRun run = lab("--checkpoints", 3, "--fault", "kill-svm:VMSTATE_SIZE@2").isBroken();

    assertThat(run.told())
        .anyMatch(text ->
            text.matches(
                ".*(never told that it has loaded|stopped in the midst.* of) checkpoint 2.*"));
  }

  @ParameterizedTest
  @CsvSource({
    "kill-pvm,PAGES,(never told that it has loaded checkpoint 2|(stopped|went away) in the midst)",
    "cut,REPLY,the link was cut at REPLY of checkpoint 2",
    "cut,PAGES,the link was cut at PAGES of checkpoint 2",
    "lose-return,REPLY,loaded all before checkpoint 2",
    "lose-return,VMSTATE_RECEIVED,(never told that it has loaded checkpoint 2|was due)"
  })
  void theSecondaryTakesOverFromAPrimaryThatIsGoneOrDoesNotHearIt(
      String fault, String message, String told) throws Exception {
    String there = message + "@2";
    LabRun run =
        lab("--checkpoints", 3, "--fault", fault + ":" + there, "--failover", there).isBroken();

    assertTookOver(run, message);
    assertThat(run.told()).anyMatch(text -> text.matches(".*" + told + ".*"));
    assertThat(run.isCompared(1)).isTrue();
    assertThat(run.differing(1, "pvm-cache")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "REQUEST,false,",
    "REPLY,false,",
    "VMSTATE_SEND,false,",
    "PAGES,,",
    "VMSTATE_SIZE,false,not in",
    "VMSTATE_RECEIVED,true,(not )?in",
    "VMSTATE_LOADED,true,in"
  })
  void theSecondaryTakesOverAtEveryMessageWithWhatItReceivedWholeAndNothingElse(
      String message, @Nullable Boolean whole, @Nullable String flipped) throws Exception {
    List<Object> options = new ArrayList<>(List.of("--checkpoints", 3));
    options.addAll(List.of("--failover", message + "@2"));
    if (flipped != null) {
      // the bit is flipped on the way, and so it is the checkpoint's and not the guest's own;
      // behind
      // RECEIVED the secondary flushes while it hears that it has to take over, or does not any
      // more
      options.addAll(List.of("--fault", "flip:0x103000@2"));
    }
    LabRun run = lab(options.toArray());

    assertTookOver(run, message);
    assertThat(run.isCompared(1)).isTrue();
    assertThat(run.differing(1, "pvm-cache")).isEmpty();
    // within the pages the secondary hears of it only when all have come, or later
    if (whole != null) {
      assertThat(run.isCompared(2)).isEqualTo(whole);
    }
    if (flipped != null) {
      assertThat(run.result().out())
          .containsPattern("the flipped page 0x103000 is " + flipped + " the secondary's memory");
    }
  }

  private static void assertTookOver(LabRun run, String message) {
    assertThat(run.result().out())
        .contains("failover at " + message + " of checkpoint 2: the secondary runs on its own");
  }

  @ParameterizedTest
  @ValueSource(strings = {"pid", "qmp"})
  void memoriesAreObservedInOtherWaysAsWell(String way) throws Exception {
    LabRun run = lab("--checkpoints", 2, "--observe", way, "--pattern", "hot").isInStepUpTo(2);

    for (int checkpoint = 1; checkpoint <= 2; checkpoint++) {
      assertThat(run.source(checkpoint, "pvm")).endsWith("observed");
      assertThat(run.source(checkpoint, "cache")).endsWith("observed");
      assertThat(run.source(checkpoint, "svm")).endsWith("observed");
    }
  }

  private LabRun lab(Object... options) throws Exception {
    return LabRun.of(program, home, options);
  }
}
