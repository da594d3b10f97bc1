package org.colotape.analyzer.cli.replay;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.colotape.analyzer.cli.frame.Amounts;
import org.colotape.analyzer.cli.frame.ExitCode;
import org.colotape.analyzer.cli.frame.LogOptions;
import org.colotape.analyzer.cli.frame.OpenRecording;
import org.colotape.analyzer.cli.frame.OutputOptions;
import org.colotape.analyzer.cli.frame.Terminal;
import org.colotape.recorder.feed.Address;
import org.colotape.replayer.emission.Emission;
import org.colotape.replayer.image.RamImages;
import org.colotape.replayer.playback.Pace;
import org.colotape.replayer.replay.ReplayError;
import org.colotape.replayer.replay.ReplaySettings;
import org.colotape.replayer.rules.RuleSet;
import org.colotape.replayer.timeline.Position;
import org.colotape.replayer.timeline.SnapshotCache;
import org.colotape.replayer.timeline.Timeline;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.check.Limits;
import org.colotape.schema.log.EventSource;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code colotape replay}. */
@Command(
    name = "replay",
    description = {
      "Rebuild SVM RAM and COLO cache from a recording.",
      "Prints a digest of each RAM block: the same on every machine, from Kafka or from a tape,"
          + " with any number of partitions.",
      "With --at or --at-seq it begins at the nearest snapshot that such a replay has left under"
          + " the home before.",
      "With --to, plays the recording into a real secondary instead: a QEMU of the recorded"
          + " version, machine and devices that waits with -incoming. Colotape then acts as the"
          + " primary, waits for the answers that the recording has, and ends with exit code 3"
          + " where the secondary answers otherwise, goes away or hangs. The connection is closed"
          + " at the end.",
      "If the secondary's load ends in an error (an illegal offset, bytes that could not be"
          + " parsed), memory is printed as the secondary would have kept it, and the exit code is"
          + " 3.",
      "With --to-file, nothing is rebuilt: every channel is written again, byte for byte as it was"
          + " captured."
    },
    footer = {
      "",
      "JSON: {recording, checkpoint, atEnd (of the checkpoint), complete, flushed, rules, lastSeq,"
          + " loadError (or null),"
          + " blocks: [{memory, block, usedLength, pageSize, digest, sha256 (or null)}], images (or"
          + " null)}; with --to-file: {recording, files: [{channel, direction, file, bytes, sha256"
          + " (or null)}]}; with --to: {recording, to, lastCheckpoint, sentBytes, answerBytes}"
    })
public final class ReplayCommand implements Callable<Integer> {
  private static final long BYTES_PER_STATUS = 1 << 24;
  private static final int PATIENCE_SECONDS = 30;

  /** Bytes of a GiB, as a power of two. */
  private static final int GIB = 30;

  private final LogOptions log;
  private final OutputOptions output;
  private final Terminal terminal;

  @Spec CommandSpec spec;

  @Parameters(paramLabel = "RECORDING", description = LogOptions.RECORDING_HELP)
  private String name = "";

  @Option(
      names = "--at",
      paramLabel = "CHECKPOINT",
      description =
          "Stop at the end of this checkpoint; 0 is the initial migration. Default: the last.")
  private @Nullable Integer at;

  @Option(
      names = "--at-seq",
      paramLabel = "SEQ",
      description =
          "Stop behind this event, as 'colotape show' numbers them; memory is then as it was within"
              + " the checkpoint.")
  private @Nullable Long atSeq;

  @Option(
      names = "--images",
      paramLabel = "DIR",
      description = {
        "Write the memory, too: DIR/checkpoint-N/svm/BLOCK.raw and"
            + " DIR/checkpoint-N/cache/BLOCK.raw, sparse; '/' in a block's name becomes '_'."
      })
  private @Nullable Path images;

  @Option(
      names = "--to-file",
      paramLabel = "DIR",
      description = {
        "Write the captured bytes instead: DIR/c0.p2s is channel 0 from PVM to SVM, DIR/c0.s2p the"
            + " way back, DIR/c1.p2s the next channel. Holes stay holes; no file is overwritten."
      })
  private @Nullable Path toFile;

  @Option(
      names = "--rules",
      paramLabel = "RULES",
      description = {
        "What the secondary does with pages: qemu (as QEMU does since 5.0; the default), or"
            + " seed-2018 (as the original cache patch is written)."
      })
  private @Nullable RuleSet rules;

  @Option(
      names = "--sha256",
      description = {
        "Print the SHA-256 of each block as well: that of its image. Reads every page. With"
            + " --to-file: that of each file."
      })
  private boolean sha256;

  @Option(
      names = "--limit-decompressed",
      paramLabel = "GIB",
      description = {
        "With --sha256: the most that it may be taken of, in GiB; what was never sent counts, too."
            + " Default: ${DEFAULT-VALUE}. A short recording may state terabytes."
      })
  private long limit = 64;

  @Option(
      names = "--to",
      paramLabel = Address.SYNTAX,
      description = "Play the recording into the secondary that listens there.")
  private @Nullable Address to;

  @Option(
      names = "--until",
      paramLabel = "CHECKPOINT",
      description = "With --to: play to the end of this checkpoint. Default: all.")
  private @Nullable Integer until;

  @Option(
      names = "--pace",
      paramLabel = "PACE",
      description = {
        "With --to: recorded (as it was captured), fast (the default), or step (Enter plays the"
            + " next checkpoint)."
      })
  private @Nullable Pace pace;

  @Option(
      names = "--patience",
      paramLabel = "SECONDS",
      description = "With --to: how long the secondary may hang. Default: 30.")
  private @Nullable Integer patience;

  private long shown;

  /** The command, with what all commands share. */
  public ReplayCommand(LogOptions log, OutputOptions output, Terminal terminal) {
    this.log = log;
    this.output = output;
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    if (limit < 1 || limit > Integer.MAX_VALUE) {
      throw new ParameterException(spec.commandLine(), "--limit-decompressed must be 1 or more");
    }
    if ((at != null && at < 0) || (atSeq != null && atSeq < 0)) {
      throw new ParameterException(spec.commandLine(), "--at and --at-seq can't be negative");
    }
    if (at != null && atSeq != null) {
      throw new ParameterException(spec.commandLine(), "give --at or --at-seq, not both");
    }
    if (to != null) {
      return play(to);
    }
    if (until != null || pace != null || patience != null) {
      throw new ParameterException(
          spec.commandLine(), "--until, --pace and --patience go with --to only");
    }
    if (toFile != null) {
      return emit(toFile);
    }
    RuleSet rules = this.rules == null ? RuleSet.QEMU : this.rules;
    ReplaySettings settings = ReplaySettings.of(rules, log.scratch());
    // nobody goes back from the end: that takes no snapshots
    SnapshotCache cache = at == null && atSeq == null ? SnapshotCache.none() : log.snapshots();
    try (OpenRecording recording = log.seek(name);
        Timeline timeline = new Timeline(recording, settings, cache)) {
      Position position = go(timeline);
      if (sha256) {
        demandBounded(timeline);
      }
      if (images != null) {
        RamImages folder = new RamImages(images);
        folder.write(position.checkpoint(), timeline.svm());
        folder.write(position.checkpoint(), timeline.cache());
      }
      String folder = images == null ? null : images.toString();
      ReplayResult result = ReplayResult.of(name, position, timeline, sha256, folder);
      if (output.json()) {
        output.printJson(result);
      } else {
        result.lines().forEach(terminal::line);
      }
      ReplayError error = timeline.loadError();
      if (error != null) {
        terminal.problem(
            "the secondary's load ended: " + error + ": see 'colotape show " + name + "'");
      }
      return error == null ? ExitCode.OK : ExitCode.FAILED;
    }
  }

  private void demandBounded(Timeline timeline) {
    long bytes =
        Stream.of(timeline.svm(), timeline.cache())
            .flatMap(memory -> memory.blocks().stream())
            .mapToLong(block -> Math.min(block.usedLength(), Limits.MAX_HOLE_BYTES))
            .sum();
    if (bytes >> GIB >= limit) {
      throw new ColotapeException(
          "SHA-256 of " + Amounts.bytes(bytes),
          name,
          "raise --limit-decompressed, or leave --sha256 out");
    }
  }

  private int play(Address address) {
    if (at != null || atSeq != null || images != null || sha256 || toFile != null) {
      throw new ParameterException(
          spec.commandLine(),
          "--at, --at-seq, --images, --sha256 and --to-file do not go with --to");
    }
    Duration most = Duration.ofSeconds(patience == null ? PATIENCE_SECONDS : patience);
    try (EventSource source = log.read(name)) {
      return new Player(terminal, output, System.in)
          .play(name, source, address, until, pace == null ? Pace.FAST : pace, most);
    }
  }

  private int emit(Path directory) {
    if (at != null || atSeq != null || images != null || rules != null) {
      throw new ParameterException(
          spec.commandLine(),
          "--to-file writes whole channels: --at, --at-seq, --images, --rules say nothing");
    }
    try (EventSource source = log.read(name)) {
      EmissionResult result =
          EmissionResult.of(name, Emission.of(source, directory, sha256, limit << GIB, this::show));
      if (output.json()) {
        output.printJson(result);
      } else {
        result.lines().forEach(terminal::line);
      }
      return ExitCode.OK;
    }
  }

  private void show(long bytes) {
    if (bytes - shown >= BYTES_PER_STATUS) {
      shown = bytes;
      terminal.status("writing, " + Amounts.bytes(bytes));
    }
  }

  private Position go(Timeline timeline) {
    if (at != null) {
      return timeline.toCheckpoint(at);
    }
    if (atSeq != null) {
      return timeline.toEvent(atSeq);
    }
    Position last = null;
    for (Position next = timeline.nextCheckpoint();
        next != null;
        next = timeline.nextCheckpoint()) {
      last = next;
      terminal.status("replayed checkpoint " + next.checkpoint());
    }
    if (last == null) {
      throw new ColotapeException(
          "recording holds no events of a stream", name, "see 'colotape show " + name + "'");
    }
    return last;
  }
}
