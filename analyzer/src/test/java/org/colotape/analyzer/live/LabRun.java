package org.colotape.analyzer.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.colotape.analyzer.cli.fixture.Cli;
import org.colotape.analyzer.cli.fixture.Result;
import org.colotape.analyzer.cli.frame.ExitCode;
import org.colotape.recorder.qemu.Qemu;
import org.colotape.recorder.qemu.QemuProgram;

/** One run of the lab, which leaves nothing behind, and what was found in its recording. */
record LabRun(Result result) {
  /** The block that is the guest's RAM. */
  private static final String RAM = "ram";

  /** Runs the lab with a small guest. */
  static LabRun of(QemuProgram program, Path home, Object... options) throws Exception {
    program.assumeThere();
    List<Object> asked = Arrays.asList(options);
    boolean tcg = asked.contains("tcg");
    assumeTrue(tcg || Qemu.hasKvm(), "no kvm here, and the COLO of older QEMUs deadlocks early");
    List<Object> line = new ArrayList<>(List.of("lab", "--json", "--qemu", program.start()));
    // counts from one checkpoint's beginning to the next one's; observers stop the guest meanwhile
    line.addAll(List.of("--ram", 16, "--delay", 150, "--patience", tcg ? 5000 : 600));
    if (!asked.contains("--pages")) {
      line.addAll(List.of("--pages", 16)); // all are dirty after one tick
    }
    line.addAll(List.of("--as", "lab-" + System.nanoTime()));
    line.addAll(asked);
    Leftovers leftovers = new Leftovers();
    Result result = new Cli(home).run(line.toArray());
    assertThat(leftovers.staying()).isEmpty();
    return new LabRun(result);
  }

  /** The pair broke, and that is told: nobody says that it was in step to the end. */
  LabRun isBroken() throws Exception {
    String outcome = verdict().get("outcome").asText();
    switch (outcome) {
      case "undecided" -> assertThat(result.exitCode()).isEqualTo(ExitCode.UNDECIDED);
      case "diverged" -> assertThat(hasRightRam()).as("%s", result).isTrue();
      default ->
          assertThat(told()).as("%s", result).anyMatch(text -> text.contains("nothing came"));
    }
    return this;
  }

  /** True if the guest's RAM differs at no checkpoint, in no pair of memories. */
  private boolean hasRightRam() throws Exception {
    return stream(verdict().get("checkpoints"))
        .flatMap(checkpoint -> stream(checkpoint.path("blocks")))
        .filter(block -> block.get("block").asText().equals(RAM))
        .allMatch(block -> block.get("differing").isEmpty());
  }

  /** Where a memory of the guest's RAM comes from at a checkpoint. */
  String source(int number, String memory) throws Exception {
    return stream(checkpoint(number).path("blocks"))
        .filter(block -> block.get("block").asText().equals(RAM))
        .map(block -> block.at("/sources/" + memory).asText())
        .collect(Collectors.joining());
  }

  /**
   * The guest's RAM was compared at all checkpoints up to this one, and was right at each. Blocks
   * of firmware may differ: the secondary's system reset of QEMU 11.1 throws some of them back.
   */
  LabRun isInStepUpTo(int checkpoint) throws Exception {
    assertThat(List.of("in-step", "diverged"))
        .as("%s", result)
        .contains(verdict().get("outcome").asText());
    return isRightUpTo(checkpoint);
  }

  /** The same, but something else may be undecided. */
  LabRun isRightUpTo(int checkpoint) throws Exception {
    for (int number = 0; number <= checkpoint; number++) {
      assertThat(isCompared(number)).as("%s", result).isTrue();
    }
    assertThat(hasRightRam()).as("%s", result).isTrue();
    return this;
  }

  /** What {@code analyze} says. */
  JsonNode verdict() throws Exception {
    return result.jsonLines().getLast();
  }

  /** A checkpoint of the verdict. */
  JsonNode checkpoint(int number) throws Exception {
    return stream(verdict().get("checkpoints")).toList().get(number);
  }

  /** True if the memories of a checkpoint were compared. */
  boolean isCompared(int number) throws Exception {
    List<JsonNode> checkpoints = stream(verdict().get("checkpoints")).toList();
    return checkpoints.size() > number && checkpoints.get(number).get("notCompared").isNull();
  }

  /** Pages of the guest's RAM on which a pair of memories differs at a checkpoint. */
  List<String> differing(int number, String pair) throws Exception {
    return stream(checkpoint(number).path("divergences"))
        .filter(page -> page.get("pair").asText().equals(pair))
        .filter(page -> page.get("block").asText().equals(RAM))
        .map(page -> "0x" + Long.toHexString(page.get("offset").asLong()))
        .toList();
  }

  /** Findings on pages of the guest's RAM: the cause, and where it was first. */
  List<String> findings() throws Exception {
    return stream(verdict().get("findings"))
        .filter(one -> one.at("/pages/0/block").asText().equals(RAM))
        .map(one -> one.get("cause").asText() + " at " + one.get("checkpoint").asInt())
        .toList();
  }

  /** What is told of the pair's end and of what can't be relied on. */
  List<String> told() throws Exception {
    return Stream.of(
            Stream.of(verdict().at("/migration/reason").asText()),
            texts(verdict().get("doubts")),
            texts(verdict().get("remarks")))
        .flatMap(texts -> texts)
        .toList();
  }

  private static Stream<String> texts(JsonNode array) {
    return stream(array).map(one -> one.get("text").asText());
  }

  private static Stream<JsonNode> stream(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }
}
