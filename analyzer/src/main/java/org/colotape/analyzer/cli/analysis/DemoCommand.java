package org.colotape.analyzer.cli.analysis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.colotape.analyzer.cli.frame.ExitCode;
import org.colotape.analyzer.cli.frame.LogOptions;
import org.colotape.analyzer.cli.frame.OutputOptions;
import org.colotape.analyzer.cli.frame.Terminal;
import org.colotape.analyzer.demo.Demo;
import org.colotape.analyzer.report.JsonReport;
import org.colotape.replayer.memory.ScratchSpace;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.kafka.KafkaLog;
import org.colotape.schema.log.RecordingLog;
import picocli.CommandLine.Command;

/** {@code colotape demo}. */
@Command(
    name = "demo",
    description = {
      "Take two real COLO captures that come with the program through all stages: record into"
          + " Kafka, replay, analyze. QEMU 10.0 under KVM is in step; QEMU 7.2 under TCG loses"
          + " dirty pages.",
      "Without --home or a cluster, everything lies in a temporary directory and is removed at the"
          + " end. Otherwise the recordings stay, to be looked at with other commands; those of an"
          + " earlier demo are replaced."
    },
    footer = {"", "JSON: for each recording the object that 'analyze --json' prints"},
    exitCodeList = {
      ExitCode.OK + ":both verdicts are as known",
      ExitCode.USAGE + ":the command line is wrong",
      ExitCode.FAILED + ":a verdict is not as known, or a stage failed, as a line on stderr says"
    })
public final class DemoCommand implements Callable<Integer> {
  private final LogOptions log;
  private final OutputOptions output;
  private final Terminal terminal;

  /** The command, with what all commands share. */
  public DemoCommand(LogOptions log, OutputOptions output, Terminal terminal) {
    this.log = log;
    this.output = output;
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    Path folder = temporaryFolder();
    try {
      return log.isChosen() ? runInChosenLog(folder) : runIn(folder);
    } finally {
      remove(folder);
    }
  }

  private int runIn(Path folder) {
    line("An embedded Kafka broker in a temporary directory holds the recordings.");
    line("");
    Path home = folder.resolve("home");
    try (RecordingLog recordings = KafkaLog.embedded(home)) {
      return run(recordings, ScratchSpace.preferMemory(home.resolve("scratch")), folder);
    }
  }

  private int runInChosenLog(Path folder) {
    try (RecordingLog recordings = log.open()) {
      int code = run(recordings, log.scratch(), folder);
      line("");
      line(
          "The recordings are kept as "
              + String.join(" and ", Demo.recordings())
              + ": try 'colotape analyze' on them.");
      return code;
    }
  }

  private int run(RecordingLog recordings, ScratchSpace scratch, Path folder) {
    Demo.Result result =
        new Demo(recordings, scratch, folder.resolve("captures"), this::line).run();
    if (output.json()) {
      result.verdicts().forEach(verdict -> output.printJson(JsonReport.object(verdict)));
    }
    result.unexpected().forEach(line -> terminal.problem("not as known: " + line));
    return result.unexpected().isEmpty() ? ExitCode.OK : ExitCode.FAILED;
  }

  /** Tells each line at once, because what comes next takes a while. */
  private void line(String line) {
    if (!output.json()) {
      terminal.line(line);
      terminal.flush();
    }
  }

  private Path temporaryFolder() {
    String stated = terminal.variable("TMPDIR");
    Path parent = Path.of(stated == null ? System.getProperty("java.io.tmpdir") : stated);
    try {
      return Files.createTempDirectory(parent, "colotape-demo-");
    } catch (IOException e) {
      throw new ColotapeException(
          "cannot make a temporary directory: " + e,
          parent.toString(),
          "check its rights and free space, or set TMPDIR to another one",
          e);
    }
  }

  private void remove(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | UncheckedIOException e) {
      terminal.problem("cannot remove " + folder + ": " + e.getMessage());
    }
  }
}
