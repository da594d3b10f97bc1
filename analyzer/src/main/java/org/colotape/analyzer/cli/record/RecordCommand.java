package org.colotape.analyzer.cli.record;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import org.colotape.analyzer.cli.frame.GracefulExit;
import org.colotape.analyzer.cli.frame.LogOptions;
import org.colotape.analyzer.cli.frame.NameConverter;
import org.colotape.analyzer.cli.frame.OutputOptions;
import org.colotape.analyzer.cli.frame.Terminal;
import org.colotape.recorder.feed.CapturedFile;
import org.colotape.recorder.feed.FileFeed;
import org.colotape.recorder.feed.HostPort;
import org.colotape.recorder.feed.TcpTap;
import org.colotape.recorder.observe.ImageObserver;
import org.colotape.recorder.observe.MemoryImage;
import org.colotape.schema.log.RecordingLog;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code colotape record}. */
@Command(
    name = "record",
    customSynopsis = {
      "colotape record --from-file FILE [--return-path FILE] [--channel FILE]... [OPTION]...",
      "colotape record --listen HOST:PORT --forward HOST:PORT [OPTION]..."
    },
    description = {
      "Record a migration stream.",
      "It comes from files that were captured before, or from a tap: a TCP proxy between two"
          + " running QEMUs.",
      "Files may be plain, or compressed with zstd or gzip. Nothing is lost: bytes that can't be"
          + " parsed are kept as opaque events. If there are such bytes in a file, or it is cut,"
          + " the recording is made all the same, but the exit code is 3.",
      "A tap carries one migration, both directions and all its connections, until the first"
          + " connection ends or Ctrl-C; what came until then is sealed, and the exit code is 0"
          + " (after Ctrl-C 130). Recording is synchronous: a slow broker slows the migration."
    },
    footer = {
      "",
      "JSON: {recording, sealed, events, pages, wireBytes, lastCheckpoint (-1: none),"
          + " unparsedBytes, seconds, end (null if it failed)}; a tap prints {listening} first"
    })
public final class RecordCommand implements Callable<Integer> {
  private final LogOptions log;
  private final OutputOptions output;
  private final Terminal terminal;
  private final GracefulExit exit;

  @Spec CommandSpec spec;

  @Option(
      names = "--from-file",
      paramLabel = "FILE",
      description = "The migration stream: channel 0, PVM to SVM.")
  private @Nullable Path stream;

  @Option(
      names = "--return-path",
      paramLabel = "FILE",
      description = "What came back: channel 0, SVM to PVM.")
  private @Nullable Path returnPath;

  @Option(
      names = "--channel",
      paramLabel = "FILE",
      description = {
        "A further channel (multifd), PVM to SVM; may be repeated, in any order: they are"
            + " numbered from 1 on by the ids that they state."
      })
  private List<Path> channels = List.of();

  @Option(
      names = "--listen",
      paramLabel = "HOST:PORT",
      description = "Where the primary will connect to. Port 0 takes a free one.")
  private @Nullable HostPort listen;

  @Option(
      names = "--forward",
      paramLabel = "HOST:PORT",
      description = "Where the secondary listens (its -incoming).")
  private @Nullable HostPort forward;

  @Option(
      names = "--as",
      paramLabel = "NAME",
      converter = NameConverter.class,
      description = "Name of the recording. Default: the file's name, or 'tap', and the time.")
  private @Nullable String name;

  @Option(
      names = "--partitions",
      paramLabel = "N",
      description = "Number of page partitions. Default: ${DEFAULT-VALUE}.")
  private int partitions = 4;

  @Option(
      names = "--observe",
      paramLabel = MemoryImage.SYNTAX,
      description = {
        "A raw image of a RAM block, taken at the end of a checkpoint; may be repeated. BLOCK is"
            + " needed if several blocks have the image's length."
      })
  private List<MemoryImage> observe = List.of();

  @Option(
      names = "--capability",
      paramLabel = "NAME",
      description = {
        "A migration capability of the sender that changes the list of RAM blocks: "
            + "${COMPLETION-CANDIDATES}; may be repeated. Needed only where the stream does not"
            + " state it, because its machine type sends no configuration (before 2.4, or"
            + " send-configuration=off)."
      },
      completionCandidates = CapabilityNames.class)
  private List<String> capabilities = List.of();

  @Option(
      names = "--force",
      description = "Record a file even if it is no migration stream that can be parsed.")
  private boolean force;

  /** The command, with what all commands share, and what ends a tap. */
  public RecordCommand(LogOptions log, OutputOptions output, Terminal terminal, GracefulExit exit) {
    this.log = log;
    this.output = output;
    this.terminal = terminal;
    this.exit = exit;
  }

  @Override
  public Integer call() {
    if (partitions < 1) {
      throw wrong("--partitions must be 1 or more");
    }
    capabilities.forEach(this::mustBeKnown);
    observe.forEach(image -> mustBeReadable(image.file()));
    if (stream != null && listen == null && forward == null) {
      return recordFiles(stream);
    }
    if (stream == null && listen != null && forward != null) {
      return recordTap(listen, forward);
    }
    throw wrong("give either --from-file, or --listen with --forward");
  }

  private int recordFiles(Path file) {
    FileFeed feed =
        FileFeed.ofAnyOrder(
            new CapturedFile(file),
            returnPath == null ? null : new CapturedFile(returnPath),
            channels.stream().map(CapturedFile::new).toList());
    // before anything is recorded
    if (force) {
      mustBeReadable(feed.stream());
    } else {
      feed.check();
    }
    if (feed.returnPath() != null) {
      mustBeReadable(feed.returnPath());
    }
    feed.channels().forEach(RecordCommand::mustBeReadable);
    return record(new Input.Files(feed, !force), file);
  }

  private int recordTap(HostPort from, HostPort to) {
    if (returnPath != null || !channels.isEmpty() || force) {
      throw wrong("--return-path, --channel and --force go with --from-file only");
    }
    try (TcpTap tap = TcpTap.listen(from, to)) {
      exit.onSignal(tap::close);
      return record(new Input.Tap(tap), null);
    }
  }

  private int record(Input input, @Nullable Path file) {
    String as = name == null ? RecordingNames.of(file, Instant.now()) : name;
    try (RecordingLog open = log.open()) {
      Recorder recorder = new Recorder(open, terminal, output);
      return recorder.record(input, as, partitions, capabilities, new ImageObserver(observe));
    }
  }

  private void mustBeKnown(String capability) {
    if (!CapabilityNames.NAMES.contains(capability)) {
      throw wrong(
          "--capability "
              + capability
              + " changes nothing of how a stream is read: give "
              + String.join(", ", CapabilityNames.NAMES)
              + ", or leave it out");
    }
  }

  private static void mustBeReadable(CapturedFile file) {
    try (InputStream _ = file.open()) {
      // its head has been read
    } catch (IOException e) {
      throw file.unreadable(e);
    }
  }

  private ParameterException wrong(String what) {
    return new ParameterException(spec.commandLine(), what);
  }
}
