package org.colotape.analyzer.cli.lab;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.colotape.analyzer.cli.frame.Colours;
import org.colotape.analyzer.cli.frame.ExitCode;
import org.colotape.analyzer.cli.frame.GracefulExit;
import org.colotape.analyzer.cli.frame.LogOptions;
import org.colotape.analyzer.cli.frame.NameConverter;
import org.colotape.analyzer.cli.frame.OutputOptions;
import org.colotape.analyzer.cli.frame.Terminal;
import org.colotape.analyzer.cli.record.LiveRecorder;
import org.colotape.analyzer.cli.record.LiveSettings;
import org.colotape.analyzer.cli.record.RecordingNames;
import org.colotape.analyzer.diagnosis.Diagnosis;
import org.colotape.analyzer.lab.Encoding;
import org.colotape.analyzer.lab.Failover;
import org.colotape.analyzer.lab.Lab;
import org.colotape.analyzer.lab.LabSettings;
import org.colotape.analyzer.lab.Observers;
import org.colotape.analyzer.lab.fault.Fault;
import org.colotape.analyzer.lab.fault.Moment;
import org.colotape.analyzer.lab.machine.Hypervisor;
import org.colotape.analyzer.lab.machine.Workplace;
import org.colotape.analyzer.report.JsonReport;
import org.colotape.analyzer.report.ScreenReport;
import org.colotape.analyzer.verdict.AnalysisSettings;
import org.colotape.recorder.feed.Tap;
import org.colotape.recorder.observe.ObserverSettings;
import org.colotape.schema.log.RecordingLog;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code colotape lab}. */
@Command(
    name = "lab",
    description = {
      "Run a COLO pair of real QEMUs on this machine, record it, and analyze the recording.",
      "A tiny guest dirties memory in a chosen pattern while the pair takes checkpoints through a"
          + " tap that observes PVM, SVM and COLO cache. Both machines and their files are gone at"
          + " the end; the recording stays. Where a QEMU would deadlock behind its first checkpoint"
          + " (see --accel) only that one is run.",
      "--fault lets something go wrong on purpose, once, in one checkpoint: a page is dropped,"
          + " followed by its old contents (repeat), swapped with the next one, has a bit flipped,"
          + " or loses its second half (truncate; QEMU can't read on then); a message is lost"
          + " (lose), or the link cut in its place; from a message on nothing comes back to the"
          + " primary (lose-return); a machine is killed when a message passes. The fault sits"
          + " behind the tap: the recording holds what was sent, and what was observed shows what"
          + " arrived. A truncated page and a lost answer sit before it, where the recording holds"
          + " what arrived; --[no-]fault-before-tap chooses.",
      "--failover tells the secondary that its primary is lost (x-colo-lost-heartbeat) while a"
          + " message passes, and waits until it runs on its own. With --fault as well both happen:"
          + " after kill-pvm it takes over from a primary that is dead, and after flip it is told"
          + " whether the flipped page has got into its memory, which it must not out of a"
          + " checkpoint that did not arrive whole."
    },
    footer = {
      "",
      "JSON: {lab} for what the lab does, {observation} for each one, {recording, ...} as 'record'"
          + " prints it, then the object that 'analyze --json' prints"
    },
    exitCodeList = {
      ExitCode.OK + ":in step: no difference at any checkpoint",
      ExitCode.DIVERGED + ":diverged: two memories differ at some checkpoint",
      ExitCode.USAGE + ":the command line is wrong",
      ExitCode.FAILED + ":QEMU or the broker failed, as a line on stderr says",
      ExitCode.UNDECIDED + ":undecided, as of 'analyze'"
    })
public final class LabCommand implements Callable<Integer> {
  private static final int EVIDENCE = 3;
  private static final int PARTITIONS = 4;

  /** Nobody needs the pair while it is observed: better late than incomplete. */
  private static final Duration HOLD = Duration.ofSeconds(10);

  private static final Pattern MACHINE = Pattern.compile("[A-Za-z0-9._-]+");

  private final LogOptions log;
  private final OutputOptions output;
  private final Terminal terminal;
  private final GracefulExit exit;

  @Spec private CommandSpec spec;

  @Mixin private GuestOptions guest = new GuestOptions();

  @Mixin private HypervisorOptions hypervisors = new HypervisorOptions();

  @Option(
      names = "--machine",
      paramLabel = "TYPE",
      description = {
        "Type of both machines: pc, q35, or one of a version as QEMU's -machine help lists them."
            + " Default: ${DEFAULT-VALUE}."
      })
  private String machine = "pc";

  @Option(
      names = "--encoding",
      paramLabel = Encoding.SYNTAX,
      description = {
        "How pages travel: as they are, as deltas, or on channels of their own, there compressed or"
            + " not. Default: ${DEFAULT-VALUE}."
      })
  private Encoding encoding = Encoding.PLAIN;

  @Option(
      names = "--channels",
      paramLabel = "N",
      description = "Number of channels for the pages of multifd. Default: ${DEFAULT-VALUE}.")
  private int channels = 2;

  @Option(
      names = "--checkpoints",
      paramLabel = "N",
      description = {
        "Number of checkpoints behind the initial migration. Default: ${DEFAULT-VALUE}."
      })
  private int checkpoints = 10;

  @Option(
      names = "--delay",
      paramLabel = "MS",
      description = "Time between two checkpoints (x-checkpoint-delay). Default: ${DEFAULT-VALUE}.")
  private int delay = 100;

  @Option(
      names = "--patience",
      paramLabel = "MS",
      description = {
        "How long nothing may pass behind a fault, beside the delay, before the pair counts as"
            + " stalled; without one it is 10000 at least. Default: ${DEFAULT-VALUE}."
      })
  private int patience = 2000;

  @Option(
      names = "--observe",
      paramLabel = Observers.SYNTAX,
      description = {
        "How PVM and SVM are observed: by the files that are their RAM, their processes, or QEMU's"
            + " monitor. The COLO cache is read from the SVM's process. Default: ${DEFAULT-VALUE}."
      })
  private Observers observers = Observers.FILE;

  @Option(
      names = "--observe-every",
      paramLabel = "N",
      description = "Observe only at each N-th checkpoint. Default: ${DEFAULT-VALUE}.")
  private int observeEvery = 1;

  @Option(
      names = "--fault",
      paramLabel = Fault.SYNTAX,
      description = {
        "What goes wrong: drop, flip, repeat, swap or truncate a page (of an OFFSET in the RAM"
            + " block; else the first one of the guest's range that is sent), or lose, cut,"
            + " lose-return, kill-pvm or kill-svm at a MESSAGE: "
            + Moment.SYNTAX
            + ". In checkpoint 2, if none is given."
      })
  private @Nullable Fault fault;

  @Option(
      names = "--fault-before-tap",
      negatable = true,
      description = "Let it go wrong before the tap records it, or not.")
  private @Nullable Boolean faultBeforeTap;

  @Option(
      names = "--failover",
      paramLabel = Failover.SYNTAX,
      description = "Let the secondary take over there. In checkpoint 2, if none is given.")
  private @Nullable Failover failover;

  @Option(
      names = "--as",
      paramLabel = "NAME",
      converter = NameConverter.class,
      description = "Name of the recording. Default: 'lab' and the time.")
  private @Nullable String name;

  /** The command, with what all commands share, and what ends a lab. */
  public LabCommand(LogOptions log, OutputOptions output, Terminal terminal, GracefulExit exit) {
    this.log = log;
    this.output = output;
    this.terminal = terminal;
    this.exit = exit;
  }

  @Override
  public Integer call() {
    check();
    Hypervisor hypervisor = hypervisors.find(terminal);
    LabSettings settings = settings();
    try (RecordingLog open = log.open();
        Workplace workplace = Workplace.in(temporary());
        Lab lab = new Lab(settings, hypervisor, workplace, this::tell)) {
      exit.onSignal(lab::stop);
      lab.prepare();
      tell(lab.description());
      String as = name == null ? RecordingNames.of(Path.of("lab"), Instant.now()) : name;
      int code = record(lab, open, as);
      boolean recorded = code == ExitCode.OK || code == ExitCode.UNDECIDED;
      return recorded && !lab.isStopped() ? analyze(open, as) : code;
    }
  }

  private void check() {
    hypervisors.check();
    if (checkpoints < 1 || delay < 1 || patience < 1 || observeEvery < 1) {
      throw wrong("--checkpoints, --delay, --patience and --observe-every must be 1 or more");
    }
    if (!MACHINE.matcher(machine).matches()) {
      throw wrong("--machine must be the name of a machine type");
    }
    if (encoding.isMultifd() && fault != null && fault.kind().isOfPage()) {
      throw wrong("pages of multifd travel on channels of their own, where none can be damaged");
    }
    if (fault != null && fault.kind() == Fault.Kind.KILL_SVM && failover != null) {
      throw wrong("a secondary that was killed can't take over");
    }
    if (fault != null
        && fault.kind() == Fault.Kind.FLIP
        && failover != null
        && guest.fillsPages()) {
      throw wrong(
          "a guest that writes whole pages hides the flipped bit: choose another --pattern");
    }
    if ((fault != null && fault.checkpoint() > checkpoints)
        || (failover != null && failover.checkpoint() > checkpoints)) {
      throw wrong("what goes wrong must be in one of the --checkpoints");
    }
  }

  private LabSettings settings() {
    try {
      return new LabSettings(
          guest.guest(),
          machine,
          guest.ramMib(),
          encoding,
          channels,
          checkpoints,
          Duration.ofMillis(delay),
          Duration.ofMillis(patience),
          observers,
          fault,
          faultBeforeTap == null ? fault != null && fault.showsBeforeTap() : faultBeforeTap,
          failover);
    } catch (IllegalArgumentException e) {
      throw wrong(String.valueOf(e.getMessage()));
    }
  }

  private int record(Lab lab, RecordingLog open, String as) {
    LiveSettings settings =
        new LiveSettings(
            as,
            PARTITIONS,
            false,
            log.home().resolve("journal"),
            Long.MAX_VALUE,
            0,
            List.of(),
            new ObserverSettings(lab.targets(), observeEvery, HOLD),
            notes(lab),
            log.where());
    try (Tap tap = Tap.listen(lab.listen(), lab.forward(), false)) {
      LiveRecorder recorder =
          new LiveRecorder(open, log::open, settings, tap, terminal, output, lab.link());
      int code = recorder.run(() -> lab.begin(recorder::stop));
      lab.finish();
      return code;
    }
  }

  private List<String> notes(Lab lab) {
    String pair = "lab: " + lab.description();
    return fault == null ? List.of(pair) : List.of(pair, "lab: fault on purpose: " + fault);
  }

  private int analyze(RecordingLog open, String as) {
    Diagnosis diagnosis =
        Diagnosis.of(
            open.seekable(as),
            AnalysisSettings.of(log.scratch()).withEvidence(EVIDENCE),
            checkpoint -> terminal.status("analysing, checkpoint " + checkpoint.checkpoint()));
    if (output.json()) {
      output.printJson(JsonReport.object(diagnosis));
    } else {
      ScreenReport.of(diagnosis, Colours.of(terminal)).forEach(terminal::line);
    }
    return ExitCode.of(diagnosis.verdict().outcome());
  }

  private void tell(String line) {
    if (output.json()) {
      output.printJson(new Told(line));
    } else {
      terminal.line(line);
    }
    terminal.flush();
  }

  private Path temporary() {
    String stated = terminal.variable("TMPDIR");
    return Path.of(stated == null ? System.getProperty("java.io.tmpdir") : stated);
  }

  private ParameterException wrong(String what) {
    return new ParameterException(spec.commandLine(), what);
  }

  /** What the lab does, as {@code --json} prints it. */
  private record Told(String lab) {}
}
