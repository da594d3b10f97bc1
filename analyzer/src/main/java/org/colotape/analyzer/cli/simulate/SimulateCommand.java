package org.colotape.analyzer.cli.simulate;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.colotape.analyzer.cli.frame.ExitCode;
import org.colotape.analyzer.cli.frame.LogOptions;
import org.colotape.analyzer.cli.frame.NameConverter;
import org.colotape.analyzer.cli.frame.OutputOptions;
import org.colotape.analyzer.cli.frame.Terminal;
import org.colotape.recorder.simulation.Bug;
import org.colotape.recorder.simulation.ConnectionLoss;
import org.colotape.recorder.simulation.FaultClass;
import org.colotape.recorder.simulation.Simulation;
import org.colotape.recorder.simulation.SimulationSettings;
import org.colotape.recorder.simulation.SimulationSettings.Feature;
import org.colotape.recorder.simulation.SimulationSettings.Protocol;
import org.colotape.recorder.simulation.SimulationTruth;
import org.colotape.recorder.simulation.guest.WritePattern;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.event.Recording;
import org.colotape.schema.event.RecordingState;
import org.colotape.schema.files.Replacement;
import org.colotape.schema.log.EventSink;
import org.colotape.schema.log.RecordingLog;
import org.colotape.schema.log.RecordingTotals;
import org.colotape.schema.tape.TapeSink;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code colotape simulate}. */
@Command(
    name = "simulate",
    description = {
      "Simulate a COLO pair, healthy or with a bug, and record it with observations of its"
          + " memories.",
      "PVM and SVM have an implementation of protocol and cache of their own, which knows what it"
          + " does wrong: --truth writes that down, for a diagnosis to be measured by. The same"
          + " options give the same bytes, events and truth."
    },
    footer = {
      "",
      "JSON: {recording, to, events, pages, wireBytes, lastCheckpoint, truth}, with truth as"
          + " --truth writes it: {bug, description, kinds, faultClass, oracle, seed,"
          + " firstWrongCheckpoint (-1: none), firstWrongPages: [{block, offset, memories}],"
          + " checkpoints: [{checkpoint, pages, protocol, needlesslySent, needlesslyFlushed}]};"
          + " --list-bugs prints {bug, description, kinds, faultClass, oracle, protocols} for each"
    })
public final class SimulateCommand implements Callable<Integer> {
  private static final long CREATED_MILLIS = 1_767_225_600_000L;

  private final LogOptions log;
  private final OutputOptions output;
  private final Terminal terminal;

  @Spec CommandSpec spec;

  @ArgGroup private Target target = new Target();

  /** Where the simulation goes to. */
  private static final class Target {
    @Option(
        names = "--as",
        paramLabel = "NAME",
        converter = NameConverter.class,
        description = "Name of the recording. Default: pair-BUG-SEED.")
    private @Nullable String name;

    @Option(
        names = "--tape",
        paramLabel = "FILE",
        description = "Write a tape instead; it must not exist.")
    private @Nullable Path tape;

    @Option(
        names = "--to-files",
        paramLabel = "DIR",
        description = {
          "Write what goes over the wire instead, as a capture of real QEMU: c0.p2s, c0.s2p, and"
              + " c1.p2s and so on with --multifd. Nothing observed is in it."
        })
    private @Nullable Path files;
  }

  @Option(
      names = "--partitions",
      paramLabel = "N",
      description = "Number of page partitions. Default: ${DEFAULT-VALUE}.")
  private int partitions = 4;

  @Option(
      names = "--ram",
      paramLabel = "SIZE",
      converter = SizeConverter.class,
      description = "RAM of each guest, like 64M or 16G. Default: 8M.")
  private long ram = 8L << 20;

  @Option(
      names = "--blocks",
      paramLabel = "N",
      description = "Number of RAM blocks. Default: ${DEFAULT-VALUE}.")
  private int blocks = 2;

  @Option(
      names = "--used",
      paramLabel = "PAGES",
      description = "Pages that are not zero at first. Default: ${DEFAULT-VALUE}.")
  private int used = 512;

  @Option(
      names = "--checkpoints",
      paramLabel = "N",
      description = "Number of checkpoints in COLO state. Default: ${DEFAULT-VALUE}.")
  private int checkpoints = 5;

  @Option(
      names = "--protocol",
      paramLabel = "PROTOCOL",
      converter = ProtocolConverter.class,
      completionCandidates = ProtocolConverter.class,
      description = {
        "How the sides agree on COLO: ${COMPLETION-CANDIDATES}. With enable-colo the primary says"
            + " so, as in QEMU up to 10.0; with return-path each side knows by itself, and the"
            + " return path carries frames before the words of COLO, as since 11.1. Default: what"
            + " the bug needs, else enable-colo."
      })
  private @Nullable Protocol protocol;

  @Option(
      names = "--pattern",
      paramLabel = "PATTERN",
      converter = PatternConverter.class,
      completionCandidates = PatternConverter.class,
      description = "Where the guests write: ${COMPLETION-CANDIDATES}. Default: uniform.")
  private WritePattern pattern = WritePattern.UNIFORM;

  @Option(
      names = "--dirty",
      paramLabel = "PAGES",
      description = "Writes of the PVM's guest between checkpoints. Default: ${DEFAULT-VALUE}.")
  private int dirty = 100;

  @Option(
      names = "--late-writes",
      paramLabel = "PAGES",
      description = {
        "Writes of the SVM's guest between each flush and its observation, which leaves them out."
            + " Default: ${DEFAULT-VALUE}."
      })
  private int late;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Decides all that is left to chance. Default: ${DEFAULT-VALUE}.")
  private long seed = 1;

  @Option(names = "--xbzrle", description = "Send pages as differences to what was sent before.")
  private boolean xbzrle;

  @Option(names = "--compress", description = "Send pages deflated, as QEMU 2.4 to 9.0 could.")
  private boolean compress;

  @Option(
      names = "--multifd",
      paramLabel = "METHOD",
      arity = "0..1",
      fallbackValue = MultifdConverter.NONE,
      converter = MultifdConverter.class,
      description = {
        "Send pages over two channels of their own, compressed by METHOD: none, zlib, zstd."
            + " Default: none."
      })
  private @Nullable Feature multifd;

  @Option(
      names = "--fill",
      description = "Send a page that one byte fills as that byte, as old senders did.")
  private boolean fill;

  @Option(
      names = "--bug",
      paramLabel = "NAME",
      description = "What the pair does wrong; --list-bugs names all.")
  private @Nullable String bug;

  @Option(
      names = "--bug-from",
      paramLabel = "N",
      description = "The first checkpoint at which it does. Default: the seed decides.")
  private int bugFrom;

  @Option(
      names = "--failover",
      paramLabel = ConnectionLoss.SYNTAX,
      description = {
        "Lose the connection right behind a message, or in the middle of what it announces:"
            + " READY@0, REQUEST@3, REPLY@3, SEND@3, SIZE@3, RECEIVED@3, LOADED@3."
      })
  private @Nullable ConnectionLoss failover;

  @Option(
      names = "--truth",
      paramLabel = "FILE",
      description = "Write as JSON what the pair did wrong, as it knows itself.")
  private @Nullable Path truthFile;

  @Option(names = "--list-bugs", description = "List what a pair can do wrong, and nothing else.")
  private boolean list;

  /** The command, with what all commands share. */
  public SimulateCommand(LogOptions log, OutputOptions output, Terminal terminal) {
    this.log = log;
    this.output = output;
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    if (list) {
      listBugs();
      return ExitCode.OK;
    }
    if (partitions < 1) {
      throw new ParameterException(spec.commandLine(), "--partitions must be 1 or more");
    }
    SimulationSettings settings = settings();
    Simulated simulated = simulate(settings);
    if (truthFile != null) {
      write(truthFile, simulated.truth());
    }
    if (output.json()) {
      output.printJson(simulated);
    } else {
      terminal.line(simulated.line());
    }
    return ExitCode.OK;
  }

  private void listBugs() {
    for (Bug each : Bug.values()) {
      if (output.json()) {
        output.printJson(
            new Listed(
                each.title(),
                each.description(),
                each.kinds(),
                each.faultClass(),
                each.oracle(),
                each.protocols().stream().map(Protocol::title).toList()));
      } else {
        terminal.line(
            String.format(
                Locale.ROOT,
                "%-20s %-4s %-3s %s",
                each.title(),
                String.join(" ", each.kinds()),
                each.oracle(),
                each.description()));
      }
    }
  }

  private SimulationSettings settings() {
    SimulationSettings.Builder builder =
        SimulationSettings.builder()
            .ram(ram)
            .blocks(blocks)
            .usedPages(used)
            .checkpoints(checkpoints)
            .pattern(pattern)
            .dirtyPages(dirty)
            .lateWrites(late)
            .seed(seed)
            .bugFrom(bugFrom)
            .protocol(protocol)
            .failover(failover);
    features().forEach(builder::feature);
    try {
      return builder.bug(bug == null ? null : Bug.titled(bug)).build();
    } catch (ColotapeException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  private List<Feature> features() {
    List<Feature> features = new ArrayList<>();
    if (xbzrle) {
      features.add(Feature.XBZRLE);
    }
    if (compress) {
      features.add(Feature.COMPRESS);
    }
    if (multifd != null) {
      features.add(multifd);
    }
    if (fill) {
      features.add(Feature.FILL);
    }
    return features;
  }

  private Simulated simulate(SimulationSettings settings) {
    if (target.tape != null) {
      return toTape(settings, target.tape);
    }
    if (target.files != null) {
      return toFiles(settings, target.files);
    }
    String name = target.name == null ? name(settings) : target.name;
    try (RecordingLog open = log.open();
        EventSink made = open.create(name, Simulation.id(settings), partitions)) {
      return record(settings, name, made, null);
    }
  }

  private static String name(SimulationSettings settings) {
    Bug wrong = settings.bug();
    return "pair-" + (wrong == null ? "healthy" : wrong.title()) + "-" + settings.seed();
  }

  /** A tape begins with what it holds, so that a first run only counts. */
  private Simulated toTape(SimulationSettings settings, Path tape) {
    String name = name(settings);
    SimulatedSink counted = new SimulatedSink(null, terminal);
    Simulation.record(settings, name, counted);
    Recording opened =
        Recording.newBuilder()
            .setId(Simulation.id(settings))
            .setName(name)
            .setState(RecordingState.OPEN)
            .setCreatedAt(CREATED_MILLIS)
            .setPagePartitions(partitions)
            .build();
    Recording head = counted.totals().describe(opened, RecordingState.SEALED, "");
    try (TapeSink made = TapeSink.create(tape, head)) {
      return record(settings, name, made, tape);
    }
  }

  private Simulated record(
      SimulationSettings settings, String name, EventSink made, @Nullable Path tape) {
    SimulatedSink sink = new SimulatedSink(made, terminal);
    SimulationTruth truth = Simulation.record(settings, name, sink);
    RecordingTotals totals = sink.totals();
    return new Simulated(
        tape == null ? name : null,
        tape == null ? log.where() : tape.toString(),
        totals.events(),
        totals.pages(),
        totals.wireBytes(),
        totals.lastCheckpoint(),
        TruthJson.of(truth));
  }

  private static Simulated toFiles(SimulationSettings settings, Path folder) {
    SimulatedFiles files = new SimulatedFiles(folder);
    SimulationTruth truth = Simulation.run(settings, files);
    return new Simulated(
        null, folder.toString(), 0, 0, files.bytes(), files.checkpoint(), TruthJson.of(truth));
  }

  private static void write(Path file, TruthJson truth) {
    try (Replacement fresh = Replacement.of(file)) {
      fresh.writer().write(new ObjectMapper().writeValueAsString(truth) + "\n");
      fresh.done();
    } catch (IOException e) {
      throw new ColotapeException(
          "cannot write the truth: " + e.getMessage(),
          file.toString(),
          "check the folder, its rights and its free space",
          e);
    }
  }

  /** A bug, as {@code --list-bugs --json} prints it. */
  private record Listed(
      String bug,
      String description,
      List<String> kinds,
      FaultClass faultClass,
      String oracle,
      List<String> protocols) {}

  /** What was made, as {@code --json} prints it. */
  private record Simulated(
      @Nullable String recording,
      String to,
      long events,
      long pages,
      long wireBytes,
      int lastCheckpoint,
      TruthJson truth) {
    String line() {
      String what = truth.bug() == null ? "a healthy pair" : truth.bug();
      String wrong =
          truth.bug() == null
              ? ""
              : truth.firstWrongCheckpoint() < 0
                  ? "; it did not show"
                  : "; first wrong at checkpoint "
                      + truth.firstWrongCheckpoint()
                      + ", pages: "
                      + truth.firstWrongPages().size();
      return "simulated %s: %s, checkpoints up to %d, %d wire bytes, in %s%s"
          .formatted(
              recording == null ? "pair" : recording, what, lastCheckpoint, wireBytes, to, wrong);
    }
  }
}
