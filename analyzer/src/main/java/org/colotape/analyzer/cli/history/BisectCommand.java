package org.colotape.analyzer.cli.history;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import org.colotape.analyzer.cli.frame.ExitCode;
import org.colotape.analyzer.cli.frame.LogOptions;
import org.colotape.analyzer.cli.frame.OpenRecording;
import org.colotape.analyzer.cli.frame.OutputOptions;
import org.colotape.analyzer.cli.frame.Terminal;
import org.colotape.analyzer.history.Bisection;
import org.colotape.analyzer.history.PageAddress;
import org.colotape.replayer.image.RamImages;
import org.colotape.replayer.memory.GuestMemory;
import org.colotape.replayer.memory.RamBlockMemory;
import org.colotape.replayer.replay.ReplaySettings;
import org.colotape.replayer.rules.RuleSet;
import org.colotape.replayer.timeline.Timeline;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.event.Memory;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code colotape bisect}. */
@Command(
    name = "bisect",
    description = {
      "Find the first event after which something holds of a memory, by going to about log2 of the"
          + " number of events.",
      "It must hold from that event on to the end. What is asked is the digest of a page, a byte,"
          + " or a command of yours that exits with 0 where it holds."
    },
    footer = {"", "JSON: {event (or null), checkpoint, looked (places that were looked at)}"},
    exitCodeList = {
      ExitCode.OK + ":it was found",
      ExitCode.DIVERGED + ":it does not hold at the end",
      ExitCode.USAGE + ":the command line is wrong",
      ExitCode.FAILED + ":input or broker failed, as a line on stderr says"
    })
public final class BisectCommand implements Callable<Integer> {
  private final LogOptions log;
  private final OutputOptions output;
  private final Terminal terminal;

  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "RECORDING", description = LogOptions.RECORDING_HELP)
  private String name = "";

  @Option(
      names = "--memory",
      paramLabel = "MEMORY",
      description = "Which memory: pvm, cache or svm. Default: svm.")
  private Memory memory = Memory.SVM;

  @Option(
      names = "--at",
      paramLabel = "BLOCK+OFFSET",
      description = "The byte, or any byte of the page, that --byte or --digest is about.")
  private @Nullable PageAddress address;

  @Option(names = "--byte", paramLabel = "VALUE", description = "It holds when the byte is this.")
  private @Nullable String value;

  @Option(
      names = "--digest",
      paramLabel = "HEX",
      description = "It holds when the page's digest is this, as blame shows it with --json.")
  private @Nullable String digest;

  @Option(
      names = "--run",
      paramLabel = "COMMAND",
      description = {
        "It holds when this exits with 0. It is run by sh, and finds images of the RAM blocks in"
            + " the folder COLOTAPE_IMAGES, and the place as COLOTAPE_EVENT and"
            + " COLOTAPE_CHECKPOINT."
      })
  private @Nullable String command;

  @Option(
      names = "--from",
      paramLabel = "SEQ",
      description = "An event after which it does not hold. Default: before the first.")
  private long from = -1;

  private int looked;

  /** The command, with what all commands share. */
  public BisectCommand(LogOptions log, OutputOptions output, Terminal terminal) {
    this.log = log;
    this.output = output;
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    int asked = (value == null ? 0 : 1) + (digest == null ? 0 : 1) + (command == null ? 0 : 1);
    if (asked != 1 || (address == null) != (command != null)) {
      throw new ParameterException(
          spec.commandLine(), "give --at with --byte or --digest, or --run alone");
    }
    try (OpenRecording recording = log.seek(name);
        Timeline timeline =
            new Timeline(
                recording,
                ReplaySettings.of(RuleSet.QEMU, log.scratch()).withPvmModel(),
                log.snapshots())) {
      while (timeline.nextCheckpoint() != null) {
        terminal.status("replayed checkpoint " + timeline.position().checkpoint());
      }
      long last = timeline.position().seq();
      OptionalLong first =
          new Bisection(
                  timeline,
                  predicate(),
                  event -> {
                    looked++;
                    terminal.status("looking behind event " + event);
                  })
              .first(from, last);
      if (first.isPresent()) {
        timeline.toEvent(first.getAsLong());
      }
      print(first, timeline.position().checkpoint());
      return first.isPresent() ? ExitCode.OK : ExitCode.DIVERGED;
    }
  }

  private Predicate<Timeline> predicate() {
    String run = command;
    PageAddress at = address;
    if (run != null || at == null) {
      return timeline -> succeeds(timeline, String.valueOf(run));
    }
    String wanted = digest;
    if (wanted != null) {
      return timeline -> {
        RamBlockMemory block = block(timeline, at);
        return block != null
            && block
                .pageDigest((int) (at.offset() / block.pageSize()))
                .toString()
                .equals(wanted.toLowerCase(Locale.ROOT));
      };
    }
    int number = number(String.valueOf(value));
    return timeline -> {
      RamBlockMemory block = block(timeline, at);
      if (block == null) {
        return false;
      }
      byte[] page = new byte[block.pageSize()];
      block.read((int) (at.offset() / block.pageSize()), page, 0);
      return (page[(int) (at.offset() % block.pageSize())] & 0xff) == number;
    };
  }

  private int number(String text) {
    try {
      int number = Integer.decode(text);
      if (number >= 0 && number <= 0xff) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw new ParameterException(spec.commandLine(), "--byte takes 0 to 255, not " + text, e);
    }
    throw new ParameterException(spec.commandLine(), "--byte takes 0 to 255, not " + text);
  }

  /** The block with the address, or null where it is not there yet. */
  private @Nullable RamBlockMemory block(Timeline timeline, PageAddress at) {
    RamBlockMemory block = of(timeline).find(at.block());
    return block == null || at.offset() >= block.usedLength() ? null : block;
  }

  private GuestMemory of(Timeline timeline) {
    return switch (memory) {
      case PVM -> timeline.pvm();
      case CACHE -> timeline.cache();
      case SVM -> timeline.svm();
      case UNKNOWN -> throw new IllegalArgumentException("no memory");
    };
  }

  private boolean succeeds(Timeline timeline, String run) {
    Path images = log.home().resolve("scratch").resolve("bisect-" + ProcessHandle.current().pid());
    RamImages written = new RamImages(images);
    int checkpoint = timeline.position().checkpoint();
    written.write(checkpoint, of(timeline));
    try {
      ProcessBuilder process = new ProcessBuilder("sh", "-c", run);
      process.environment().put("COLOTAPE_IMAGES", folder(images, checkpoint).toString());
      process.environment().put("COLOTAPE_EVENT", String.valueOf(timeline.position().seq()));
      process.environment().put("COLOTAPE_CHECKPOINT", String.valueOf(checkpoint));
      process.redirectOutput(ProcessBuilder.Redirect.DISCARD);
      process.redirectError(ProcessBuilder.Redirect.DISCARD);
      return process.start().waitFor() == 0;
    } catch (IOException e) {
      throw new ColotapeException("cannot run the command", run, "see that there is a shell", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ColotapeException("interrupted", run, "run it again", e);
    } finally {
      for (RamBlockMemory block : of(timeline).blocks()) {
        written.file(checkpoint, of(timeline), block.name()).toFile().delete();
      }
      folder(images, checkpoint).toFile().delete();
      images.resolve("checkpoint-" + checkpoint).toFile().delete();
      images.toFile().delete();
    }
  }

  private Path folder(Path images, int checkpoint) {
    return images
        .resolve("checkpoint-" + checkpoint)
        .resolve(memory.name().toLowerCase(Locale.ROOT));
  }

  private void print(OptionalLong first, int checkpoint) {
    if (output.json()) {
      output.printJson(new Found(first.isPresent() ? first.getAsLong() : null, checkpoint, looked));
    } else {
      terminal.line(
          first.isPresent()
              ? "it holds behind event %d, checkpoint %d (looked at %d places)"
                  .formatted(first.getAsLong(), checkpoint, looked)
              : "it does not hold at the end of the recording");
    }
  }

  /** What was found, as {@code --json} prints it. */
  private record Found(@Nullable Long event, int checkpoint, int looked) {}
}
