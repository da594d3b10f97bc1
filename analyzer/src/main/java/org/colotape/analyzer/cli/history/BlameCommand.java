package org.colotape.analyzer.cli.history;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.colotape.analyzer.cli.frame.ExitCode;
import org.colotape.analyzer.cli.frame.LogOptions;
import org.colotape.analyzer.cli.frame.OutputOptions;
import org.colotape.analyzer.cli.frame.Terminal;
import org.colotape.analyzer.history.Blame;
import org.colotape.analyzer.history.PageAddress;
import org.colotape.analyzer.history.PageWrite;
import org.colotape.replayer.replay.ReplaySettings;
import org.colotape.replayer.rules.RuleSet;
import org.colotape.schema.log.EventSource;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code colotape blame}. */
@Command(
    name = "blame",
    description = {
      "Show all events that wrote a page, the newest first, and what each changed.",
      "The page is the PVM's, as the stream tells it."
    },
    footer = {
      "",
      "JSON: {seq, checkpoint, channel, streamOffset, encoding, digest, changed (bytes), first"
          + " (place in the page, or -1), bytes (16 from there on, in hexadecimal)} for each"
    })
public final class BlameCommand implements Callable<Integer> {
  private static final int SHOWN = 16;

  private final LogOptions log;
  private final OutputOptions output;
  private final Terminal terminal;

  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "RECORDING", description = LogOptions.RECORDING_HELP)
  private String name = "";

  @Parameters(
      index = "1",
      paramLabel = "BLOCK+OFFSET",
      description = "Any byte of the page, for example pc.ram+0x201000.")
  private PageAddress address = new PageAddress("", 0);

  @Option(
      names = "--at",
      paramLabel = "CHECKPOINT",
      description = "Only events up to the end of this checkpoint. Default: all.")
  private @Nullable Integer at;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Show at most N events, the newest. Default: ${DEFAULT-VALUE}.")
  private int limit = 100;

  /** The command, with what all commands share. */
  public BlameCommand(LogOptions log, OutputOptions output, Terminal terminal) {
    this.log = log;
    this.output = output;
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    if (limit < 1 || (at != null && at < 0)) {
      throw new ParameterException(spec.commandLine(), "--limit takes 1 or more, --at 0 or more");
    }
    Blame.Result found;
    try (EventSource source = log.read(name)) {
      found =
          Blame.of(
              source,
              address,
              ReplaySettings.of(RuleSet.QEMU, log.scratch()),
              at == null ? Integer.MAX_VALUE : at,
              limit);
    }
    if (output.json()) {
      found.writes().forEach(write -> output.printJson(Written.of(write)));
    } else {
      lines(found).forEach(terminal::line);
    }
    return ExitCode.OK;
  }

  private List<String> lines(Blame.Result found) {
    if (found.count() == 0) {
      return List.of(address + " was never written");
    }
    List<String> lines = new ArrayList<>();
    lines.add(
        "%8s %4s %12s  %-8s %7s  %s"
            .formatted("SEQ", "CKPT", "OFFSET", "ENCODING", "CHANGED", "FIRST CHANGED BYTES"));
    for (PageWrite write : found.writes()) {
      Written shown = Written.of(write);
      lines.add(
          "%8d %4d %12s  %-8s %7d  %s"
              .formatted(
                  shown.seq,
                  shown.checkpoint,
                  shown.streamOffset < 0 ? "-" : "0x" + Long.toHexString(shown.streamOffset),
                  shown.encoding,
                  shown.changed,
                  shown.first < 0
                      ? "nothing changed"
                      : "0x%x: %s".formatted(shown.first, shown.bytes)));
    }
    long left = found.count() - found.writes().size();
    if (left > 0) {
      lines.add("and " + left + " older ones: --limit shows more");
    }
    return lines;
  }

  /** A write, as {@code --json} prints it. */
  private record Written(
      long seq,
      int checkpoint,
      int channel,
      long streamOffset,
      String encoding,
      String digest,
      int changed,
      int first,
      String bytes) {
    static Written of(PageWrite write) {
      int first = Math.max(0, write.first());
      return new Written(
          write.seq(),
          write.checkpoint(),
          write.channel(),
          write.streamOffset(),
          write.how(),
          write.digest().toString(),
          write.changed(),
          write.first(),
          write.after().hex(first, Math.min(first + SHOWN, write.after().length())));
    }
  }
}
