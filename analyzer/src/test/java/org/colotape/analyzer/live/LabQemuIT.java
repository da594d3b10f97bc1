package org.colotape.analyzer.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.colotape.analyzer.cli.fixture.Cli;
import org.colotape.analyzer.cli.fixture.Result;
import org.colotape.recorder.qemu.Qemu;
import org.colotape.schema.broker.EmbeddedBroker;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The lab with real QEMUs: each fault on purpose is named, each failover succeeds. */
@Timeout(120)
@ParameterizedClass(name = "QEMU {0}")
@EnumSource
class LabQemuIT {
  /** Which QEMU runs. */
  enum Version {
    /** The one on the PATH: 7.2 on Debian 12. */
    INSTALLED,
    /** 10.0, where there is one as well. */
    TEN
  }

  @TempDir private static Path home;
  private static @Nullable EmbeddedBroker broker;

  private final Version version;
  private final Leftovers leftovers = new Leftovers();

  LabQemuIT(Version version) {
    this.version = version;
  }

  @BeforeAll
  static void needsQemu() {
    assumeTrue(Qemu.isInstalled(), "qemu-system-x86_64 is not installed");
    broker = EmbeddedBroker.open(home);
  }

  @AfterAll
  static void stopTheBroker() {
    if (broker != null) {
      broker.close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"drop", "drop:0x103000", "flip", "repeat", "swap"})
  void aDamagedPageDivergesAtItsCheckpointAndNoOther(String fault) throws Exception {
    Result result = lab("--checkpoints", 2, "--fault", fault + "@2");

    JsonNode verdict = verdict(1, result);
    assertThat(verdict.get("firstDivergentCheckpoint").asInt()).isEqualTo(2);
    assertThat(stream(checkpoint(verdict, 2).get("divergences")))
        .filteredOn(page -> page.get("pair").asText().equals("pvm-cache"))
        .extracting(page -> "0x" + Long.toHexString(page.get("offset").asLong()))
        .containsExactlyElementsOf(damaged(result));
    if (fault.contains(":")) {
      assertThat(damaged(result)).containsExactly("0x103000");
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
    JsonNode verdict =
        verdict(1, lab("--checkpoints", 2, "--fault", "drop@2", "--fault-before-tap"));

    assertThat(findings(verdict)).containsExactly("lost-dirty-bit at 2");
    assertThat(verdict.at("/findings/0/pages/0/block").asText()).isEqualTo("ram");
  }

  @Test
  void aTruncatedPageIsNamedByWhereItsStreamCannotBeReadOn() throws Exception {
    JsonNode verdict = verdict(0, lab("--checkpoints", 2, "--fault", "truncate@2"));

    assertThat(remarks(verdict))
        .anyMatch(text -> text.matches(".* bytes not parsed .*checkpoint 2, ram section.*"));
  }

  @ParameterizedTest
  @CsvSource({
    "REQUEST,went no further than CHECKPOINT_REQUEST .*CHECKPOINT_REPLY of the SVM never came",
    "REPLY,went no further than CHECKPOINT_REQUEST .*CHECKPOINT_REPLY of the SVM never came",
    "VMSTATE_SEND,went no further than VMSTATE_(SEND|SIZE) .*never came",
    "VMSTATE_SIZE,.*VMSTATE_RECEIVED of the SVM (never came|was due)",
    "VMSTATE_RECEIVED,VMSTATE_LOADED came .* where VMSTATE_RECEIVED of the SVM was due",
    "VMSTATE_LOADED,went no further than VMSTATE_RECEIVED .*VMSTATE_LOADED of the SVM never came"
  })
  void aLostMessageIsNamed(String message, String remark) throws Exception {
    JsonNode verdict = verdict(0, lab("--checkpoints", 2, "--fault", "lose:" + message + "@2"));

    assertThat(remarks(verdict)).anyMatch(text -> text.matches("checkpoint [23].*" + remark));
  }

  @ParameterizedTest
  @CsvSource({
    "cut:REPLY,the link was cut at REPLY of checkpoint 2",
    "cut:PAGES,the link was cut at PAGES of checkpoint 2",
    "kill-pvm:PAGES,checkpoint 2 went no further than .*",
    "kill-svm:VMSTATE_SIZE,checkpoint 2 went no further than VMSTATE_SIZE.*",
    "lose-return:VMSTATE_RECEIVED,checkpoint 2 went no further than VMSTATE_SIZE.*"
  })
  void aBrokenPairIsNamedByWhereItBroke(String fault, String remark) throws Exception {
    JsonNode verdict = verdict(0, lab("--checkpoints", 3, "--fault", fault + "@2"));

    assertThat(remarks(verdict)).anyMatch(text -> text.matches(".*" + remark + ".*"));
    assertThat(checkpoint(verdict, 1).get("pagesDiffering").asInt()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "REQUEST,false",
    "REPLY,false",
    "VMSTATE_SEND,false",
    "PAGES,",
    "VMSTATE_SIZE,false",
    "VMSTATE_RECEIVED,true",
    "VMSTATE_LOADED,true"
  })
  void theSecondaryTakesOverAtEveryMessageAndOnlyWhatItReceivedWholeWasFlushed(
      String message, @Nullable Boolean whole) throws Exception {
    Result result = lab("--checkpoints", 3, "--failover", message + "@2");

    JsonNode verdict = verdict(0, result);
    assertThat(result.out())
        .contains("failover at " + message + " of checkpoint 2: the secondary runs on its own");
    assertThat(verdict.get("outcome").asText()).isEqualTo("in-step");
    // within the pages the secondary hears of it only when all have come, or later
    if (whole != null) {
      assertThat(isCompared(verdict, 2)).isEqualTo(whole);
    }
  }

  @ParameterizedTest
  @CsvSource({"VMSTATE_SIZE,not in", "VMSTATE_RECEIVED,(not )?in", "VMSTATE_LOADED,in"})
  void aSecondaryThatTakesOverHasNothingOfACheckpointThatDidNotComeWholeInItsMemory(
      String message, String there) {
    // the bit is flipped on the way, and so it is the checkpoint's and not the guest's own; behind
    // RECEIVED the secondary flushes while it hears that it has to take over, or does not any more
    Result result =
        lab("--checkpoints", 3, "--fault", "flip:0x103000@2", "--failover", message + "@2");

    assertThat(result.out())
        .contains("failover at " + message + " of checkpoint 2: the secondary runs on its own")
        .containsPattern("the flipped page 0x103000 is " + there + " the secondary's memory");
  }

  @ParameterizedTest
  @CsvSource({"kill-pvm,PAGES", "cut,PAGES", "lose-return,REPLY", "lose-return,VMSTATE_RECEIVED"})
  void theSecondaryTakesOverFromAPrimaryThatIsGoneOrDoesNotHearItInMidCheckpoint(
      String fault, String message) throws Exception {
    String there = message + "@2";
    Result result = lab("--checkpoints", 3, "--fault", fault + ":" + there, "--failover", there);

    JsonNode verdict = verdict(0, result);
    assertThat(result.out())
        .contains("failover at " + message + " of checkpoint 2: the secondary runs on its own");
    assertThat(verdict.get("outcome").asText()).isEqualTo("in-step");
    assertThat(isCompared(verdict, 1)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"random", "hot", "zeroing", "rewrite", "idle"})
  void eachPatternDirtiesItsRangeAndNoMore(String pattern) throws Exception {
    JsonNode verdict =
        verdict(
            0,
            lab(
                "--checkpoints",
                2,
                "--pattern",
                pattern,
                "--from",
                "0x200000",
                "--pages",
                64,
                "--observe",
                "none"));

    int written = checkpoint(verdict, 2).get("pagesWritten").asInt();
    if (pattern.equals("idle")) {
      assertThat(written).isZero();
    } else {
      // and the page of its stack
      assertThat(written).isBetween(8, 65);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"pid", "qmp"})
  void memoriesAreObservedInOtherWaysAsWell(String way) throws Exception {
    JsonNode verdict = verdict(0, lab("--checkpoints", 2, "--observe", way, "--pattern", "hot"));

    assertThat(verdict.get("summary").asText())
        .contains("PVM observed at 1, 2", "SVM observed at 1", "cache observed at 1, 2");
  }

  @Test
  void theDirtyPagesThatQemuLosesWithoutKvmAreFoundAndNamed() throws Exception {
    Result result = lab("--accel", "tcg", "--checkpoints", 1);
    assumeTrue(result.out().contains("QEMU 7.2"), "only QEMU 7.2 is known to lose dirty pages");

    JsonNode verdict = verdict(1, result);
    assertThat(findings(verdict)).contains("lost-dirty-bit at 1");
  }

  @Test
  void fiftyCheckpointsUnderLoadShowNoDivergence() throws Exception {
    assumeTrue(version == Version.TEN, "ObserversQemuIT does this with the one on the PATH");

    Result result = lab("--checkpoints", 50);

    assertThat(result.out()).contains("QEMU 10.");
    assertThat(verdict(0, result).get("summary").asText())
        .startsWith("in step: PVM, cache and SVM agree at checkpoints 0..50")
        .contains("PVM observed at 1..50", "cache observed at 1..50");
  }

  private Result lab(Object... options) {
    boolean tcg = Arrays.asList(options).contains("tcg");
    assumeTrue(tcg || Qemu.hasKvm(), "no kvm here, and QEMU's COLO deadlocks without it");
    // counts from one checkpoint's beginning to the next one's; observers stop the guest meanwhile
    List<Object> line = new ArrayList<>(List.of("lab", "--json", "--ram", 16, "--delay", 150));
    line.addAll(List.of("--patience", tcg ? 5000 : 300));
    if (!Arrays.asList(options).contains("--pages")) {
      line.addAll(List.of("--pages", 16)); // all are dirty after one tick
    }
    if (version == Version.TEN) {
      List<String> words = Qemu.ten();
      line.addAll(List.of("--qemu", words.getFirst()));
      words.stream().skip(1).forEach(word -> line.add("--qemu-arg=" + word));
    }
    line.addAll(List.of("--as", "lab-" + System.nanoTime()));
    line.addAll(Arrays.asList(options));
    return new Cli(home).run(line.toArray());
  }

  private JsonNode verdict(int exitCode, Result result) throws Exception {
    assertThat(result.exitCode()).as("%s", result).isEqualTo(exitCode);
    assertThat(leftovers.staying()).isEmpty();
    return result.jsonLines().getLast();
  }

  private static JsonNode checkpoint(JsonNode verdict, int number) {
    return stream(verdict.get("checkpoints")).toList().get(number);
  }

  private static boolean isCompared(JsonNode verdict, int number) {
    List<JsonNode> checkpoints = stream(verdict.get("checkpoints")).toList();
    return checkpoints.size() > number && checkpoints.get(number).get("notCompared").isNull();
  }

  private static List<String> findings(JsonNode verdict) {
    return stream(verdict.get("findings"))
        .map(one -> one.get("cause").asText() + " at " + one.get("checkpoint").asInt())
        .toList();
  }

  private static List<String> remarks(JsonNode verdict) {
    return stream(verdict.get("remarks")).map(remark -> remark.get("text").asText()).toList();
  }

  private static Stream<JsonNode> stream(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }
}
