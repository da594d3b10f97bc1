package org.colotape.analyzer.cli.record;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.colotape.analyzer.cli.frame.CapabilityNames;
import org.colotape.analyzer.cli.frame.GracefulExit;
import org.colotape.analyzer.cli.frame.LogOptions;
import org.colotape.analyzer.cli.frame.NameConverter;
import org.colotape.analyzer.cli.frame.OutputOptions;
import org.colotape.analyzer.cli.frame.Terminal;
import org.colotape.recorder.feed.Address;
import org.colotape.recorder.feed.Admission;
import org.colotape.recorder.feed.CapturedFile;
import org.colotape.recorder.feed.FileFeed;
import org.colotape.recorder.feed.Interference;
import org.colotape.recorder.feed.Tap;
import org.colotape.recorder.observe.ImageObserver;
import org.colotape.recorder.observe.LiveTarget;
import org.colotape.recorder.observe.MemoryImage;
import org.colotape.recorder.observe.ObserverSettings;
import org.colotape.schema.event.Memory;
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
      "colotape record --listen ADDRESS --forward ADDRESS [--keep-listening] [OPTION]...",
      "colotape record --resume [NAME]"
    },
    description = {
      "Record a migration stream.",
      "It comes from files that were captured before, or from a tap: a proxy between two running"
          + " QEMUs.",
      "Files may be plain, or compressed with zstd or gzip. Nothing is lost: bytes that can't be"
          + " parsed are kept as opaque events. If there are such bytes in a file, or it is cut,"
          + " the recording is made all the same, but the exit code is 3.",
      "A tap carries one migration, both directions and all its connections, until the first"
          + " connection ends or Ctrl-C; what came until then is sealed, and the exit code is 0"
          + " (after Ctrl-C 130), or 4 if no checkpoint of it is whole, or not all could be parsed."
          + " Bytes are in a journal, HOME/journal/NAME, before they are passed on; a slow or"
          + " absent broker lets the journal grow, and the migration feels nothing. The journal"
          + " shrinks as Kafka acknowledges, and is gone when the recording is sealed.",
      "Who connects is let in by what it says first: a migration, and the further connections of"
          + " its primary. All others are refused, each with a line on stderr, and cost the"
          + " migration nothing.",
      "--observe-pvm, --observe-svm and --observe-cache read the real memories at each checkpoint,"
          + " while the tap holds an answer of the secondary back, and print what that costs."
          + " Nothing that the primary sends is ever held back.",
      "Whatever becomes of the recorder, --resume finishes its recordings from their journals."
    },
    footer = {
      "",
      "JSON: {recording, sealed, events, pages, wireBytes, lastCheckpoint (-1: none),"
          + " unparsedBytes, seconds, end (null if it failed)}; a tap prints {listening} first,"
          + " and {observation} for each one"
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
        "A further channel, PVM to SVM: multifd, postcopy-preempt, or the connection on which a"
            + " lost postcopy went on. May be repeated, in any order: they are numbered from 1 on"
            + " by the ids that they state."
      })
  private List<Path> channels = List.of();

  @Option(
      names = "--listen",
      paramLabel = Address.SYNTAX,
      description = "Where the primary will connect to. Port 0 takes a free one.")
  private @Nullable Address listen;

  @Option(
      names = "--forward",
      paramLabel = Address.SYNTAX,
      description = "Where the secondary listens (its -incoming).")
  private @Nullable Address forward;

  @Option(
      names = "--allow-uid",
      paramLabel = "UID",
      description = {
        "Let processes of this user connect, too; may be repeated. From this machine, on TCP or a"
            + " unix socket, only those of root and of the user who runs the tap are let in by"
            + " default."
      })
  private Set<Integer> allowUid = Set.of();

  @Option(
      names = "--keep-listening",
      description = {
        "Carry one migration after the other, until Ctrl-C, as recordings NAME-1, NAME-2 and so on."
      })
  private boolean keepListening;

  @Option(
      names = "--journal-limit",
      paramLabel = "MIB",
      description = {
        "Most MiB that a journal may hold before Kafka has acknowledged them. Behind that the"
            + " migration goes on unrecorded. Default: no limit but the disk's."
      })
  private @Nullable Long journalLimit;

  @Option(
      names = "--journal-ready",
      paramLabel = "MIB",
      defaultValue = "512",
      description = {
        "MiB of the journal that are prepared before the primary may connect, and again as Kafka"
            + " acknowledges them: the VMs lose less time to a journal that is written over than to"
            + " one that grows. At most a quarter of the free space. Default: ${DEFAULT-VALUE}."
      })
  private long journalReady;

  @Option(
      names = "--resume",
      paramLabel = "NAME",
      arity = "0..1",
      fallbackValue = "",
      description = {
        "Finish this recording, or all, whose recorder was killed, could not reach its broker, or"
            + " found its disk full."
      })
  private @Nullable String resume;

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
      names = "--observe-pvm",
      paramLabel = LiveTarget.SYNTAX,
      description = {
        "With --listen: read the primary's memory at each checkpoint, while it stands still: the"
            + " file of its shared memory backend; its process, in which a block is where QEMU's"
            + " monitor SOCKET says (from QEMU 8 on) or else is found by what it holds; or what the"
            + " monitor saves. May be repeated. A process or a monitor without BLOCK stands for all"
            + " blocks that migrate and that no other --observe-pvm names. A block that can't be"
            + " told from another memory is not observed, and the recording says so."
      })
  private List<String> observePvm = List.of();

  @Option(
      names = "--observe-svm",
      paramLabel = LiveTarget.SYNTAX,
      description = {
        "The same of the secondary, before and after its flush. Pages that its guest has written"
            + " since are left out."
      })
  private List<String> observeSvm = List.of();

  @Option(
      names = "--observe-cache",
      paramLabel = LiveTarget.PROCESS_SYNTAX,
      description = {
        "The same of the real COLO cache, in the secondary's process; its monitor tells where the"
            + " cache is not."
      })
  private List<String> observeCache = List.of();

  @Option(
      names = "--observe-every",
      paramLabel = "N",
      description = "Observe only at each N-th checkpoint. Default: ${DEFAULT-VALUE}.")
  private int observeEvery = 1;

  @Option(
      names = "--observe-hold",
      paramLabel = "MS",
      description = {
        "Longest time to hold an answer of the secondary back for an observation, which is"
            + " incomplete then. Default: ${DEFAULT-VALUE}."
      })
  private int observeHold = 2000;

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
    CapabilityNames.demand(capabilities, spec);
    if (observeEvery < 1 || observeHold < 1) {
      throw wrong("--observe-every and --observe-hold must be 1 or more");
    }
    observe.forEach(image -> mustBeReadable(image.file()));
    if (resume != null && stream == null && listen == null && forward == null) {
      return resume(resume);
    }
    if (stream != null && listen == null && forward == null) {
      return recordFiles(stream);
    }
    if (stream == null && listen != null && forward != null) {
      return recordTap(listen, forward);
    }
    throw wrong("give either --from-file, or --listen with --forward, or --resume");
  }

  private int resume(String which) {
    try (RecordingLog open = log.open()) {
      Resumption resumption = new Resumption(open, log.where(), terminal, output);
      return which.isEmpty() ? resumption.all(journals()) : resumption.one(journals(), which);
    }
  }

  private Path journals() {
    return log.home().resolve("journal");
  }

  private int recordFiles(Path file) {
    if (!observePvm.isEmpty() || !observeSvm.isEmpty() || !observeCache.isEmpty()) {
      throw wrong("--observe-pvm, --observe-svm and --observe-cache go with --listen only");
    }
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
    String as = name == null ? RecordingNames.of(file, Instant.now()) : name;
    try (RecordingLog open = log.open()) {
      return new Recorder(open, terminal, output)
          .record(feed, !force, as, partitions, capabilities, new ImageObserver(observe));
    }
  }

  private int recordTap(Address from, Address to) {
    if (returnPath != null || !channels.isEmpty() || force || !observe.isEmpty()) {
      throw wrong("--return-path, --channel, --observe and --force go with --from-file only");
    }
    String as = name == null ? RecordingNames.of(null, Instant.now()) : name;
    LiveSettings settings =
        new LiveSettings(
            as,
            partitions,
            keepListening,
            journals(),
            journalLimit == null ? Long.MAX_VALUE : journalLimit << 20,
            journalReady << 20,
            capabilities,
            new ObserverSettings(targets(), observeEvery, Duration.ofMillis(observeHold)),
            List.of(),
            log.where());
    try (Tap tap = Tap.listen(from, to, keepListening, Admission.OWNER.allowing(allowUid));
        RecordingLog open = log.open()) {
      LiveRecorder recorder =
          new LiveRecorder(open, log::open, settings, tap, terminal, output, Interference.NONE);
      exit.onSignal(recorder::stop);
      return recorder.run(() -> announce(tap.address().toString()));
    }
  }

  private void announce(String listening) {
    if (output.json()) {
      output.printJson(new Listening(listening));
    } else {
      terminal.line("listening on " + listening + "; Ctrl-C ends the recording");
    }
    terminal.flush();
  }

  private List<LiveTarget> targets() {
    List<LiveTarget> targets = new ArrayList<>();
    observePvm.forEach(text -> targets.add(LiveTarget.parse(Memory.PVM, text)));
    observeSvm.forEach(text -> targets.add(LiveTarget.parse(Memory.SVM, text)));
    observeCache.forEach(text -> targets.add(LiveTarget.parse(Memory.CACHE, text)));
    return List.copyOf(targets);
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

  /** Where a tap waits, as {@code --json} prints it. */
  private record Listening(String listening) {}
}
