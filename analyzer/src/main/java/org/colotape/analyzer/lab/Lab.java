package org.colotape.analyzer.lab;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.colotape.analyzer.lab.fault.Fault;
import org.colotape.analyzer.lab.fault.Flip;
import org.colotape.analyzer.lab.fault.Link;
import org.colotape.analyzer.lab.fault.Moment;
import org.colotape.analyzer.lab.guest.Guest;
import org.colotape.analyzer.lab.machine.Hardware;
import org.colotape.analyzer.lab.machine.Hypervisor;
import org.colotape.analyzer.lab.machine.Machine;
import org.colotape.analyzer.lab.machine.QemuWords;
import org.colotape.analyzer.lab.machine.Workplace;
import org.colotape.recorder.feed.Address;
import org.colotape.recorder.feed.Interference;
import org.colotape.recorder.feed.UnixPath;
import org.colotape.recorder.observe.LiveTarget;
import org.colotape.schema.ColotapeException;
import org.jspecify.annotations.Nullable;

/**
 * One pair and its run. It is prepared, then a tap is put between its addresses, then it begins,
 * and it ends by itself: both machines are killed, and with them their connection.
 */
public final class Lab implements AutoCloseable {
  private static final long LOOK_MILLIS = 10;
  private static final Duration WITHOUT_REASON = Duration.ofSeconds(10);
  private static final Duration TAKE_OVER = Duration.ofSeconds(5);

  private final LabSettings settings;
  private final Hypervisor primary;
  private final Hypervisor secondary;
  private final Workplace workplace;
  private final Consumer<String> report;
  private final List<Machine> machines = new ArrayList<>();
  private final Link link;
  private final CountDownLatch over = new CountDownLatch(1);
  private @Nullable Thread conductor;
  private String description = "";
  private boolean deadlocks;
  private volatile boolean stopped;
  private volatile boolean done;
  private volatile boolean struck;
  private volatile boolean faulted;
  private volatile boolean mute;
  private volatile int reached;
  private volatile int checkpoints;
  private volatile @Nullable String takeOver;
  private volatile @Nullable ColotapeException failure;
  private volatile @Nullable RunEnd end;

  /**
   * A pair of one QEMU.
   *
   * @param workplace for its files
   * @param report takes lines on what is done and what happens
   */
  public Lab(
      LabSettings settings, Hypervisor hypervisor, Workplace workplace, Consumer<String> report) {
    this(settings, hypervisor, hypervisor, workplace, report);
  }

  /**
   * A pair of two QEMUs.
   *
   * @param primary runs the primary
   * @param secondary runs the secondary
   * @param workplace for its files
   * @param report takes lines on what is done and what happens
   */
  public Lab(
      LabSettings settings,
      Hypervisor primary,
      Hypervisor secondary,
      Workplace workplace,
      Consumer<String> report) {
    this.settings = settings;
    this.primary = primary;
    this.secondary = secondary;
    this.checkpoints = settings.checkpoints();
    this.workplace = workplace;
    this.report = report;
    this.link = link(settings.fault());
  }

  private Link link(@Nullable Fault fault) {
    boolean before = settings.faultBeforeTap();
    return fault != null && fault.kind().isOfPage()
        ? Link.damaging(
            before,
            this::passes,
            this::arrives,
            fault,
            Machine.RAM_BLOCK,
            settings.guest().from(),
            this::struck)
        : Link.watched(before, this::passes, this::arrives);
  }

  /**
   * Starts both machines, sets them up as their QEMUs want it, and waits until the guest runs.
   *
   * @throws ColotapeException if a QEMU does not start or refuses something, in its own words
   */
  public void prepare() {
    Path firmware = workplace.folder().resolve("guest.rom");
    try {
      Files.write(firmware, settings.guest().firmware());
    } catch (IOException e) {
      throw new ColotapeException(
          "the guest's firmware can't be written: " + e.getMessage(),
          firmware.toString(),
          "try again",
          e);
    }
    Hardware hardware = new Hardware(settings.machine(), settings.ramMib(), firmware);
    PairSetup setup =
        PairSetup.of(
            settings,
            start(primary, "pvm", hardware, false),
            start(secondary, "svm", hardware, true));
    description = setup.description();
    deadlocks = setup.deadlocks();
    checkpoints = setup.checkpoints(report);
    svm().demand("migrate-incoming", Map.of("uri", forward().toString()));
    pvm().awaitGuest(Guest.READY_AT, Guest.READY);
  }

  private synchronized Machine start(
      Hypervisor hypervisor, String name, Hardware hardware, boolean incoming) {
    if (stopped) {
      throw new ColotapeException("stopped", "", "start again");
    }
    Machine machine = Machine.start(hypervisor, workplace, name, hardware, incoming);
    machines.add(machine);
    return machine;
  }

  /** Where the tap has to listen. */
  public Address listen() {
    return new UnixPath(workplace.folder().resolve("tap.sock"));
  }

  /** Where the tap has to forward to. */
  public Address forward() {
    return new UnixPath(workplace.folder().resolve("svm.sock"));
  }

  /** What the tap has to let its bytes pass. */
  public Interference link() {
    return link;
  }

  /** What is to be observed. */
  public List<LiveTarget> targets() {
    return settings.observers().targets(pvm(), svm(), !deadlocks);
  }

  /** What the pair is, and what was chosen for it, in one line; known when it is prepared. */
  public String description() {
    return description;
  }

  /**
   * Begins the migration, and lets it run in a thread of its own.
   *
   * @param closeTap run at the end, if killing the machines has not ended what the tap carries
   */
  public void begin(Runnable closeTap) {
    conductor = Thread.ofPlatform().name("colotape-lab").start(() -> conduct(closeTap));
  }

  private void conduct(Runnable closeTap) {
    try {
      link.begin();
      pvm().demand("migrate", Map.of("uri", listen().toString()));
      run();
      if (takeOver != null) {
        awaitTakeOver();
      }
      mustHaveHappened();
    } catch (ColotapeException e) {
      failure = stopped ? null : e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      tellWords();
      machines().forEach(Machine::kill);
      closeUnlessOver(closeTap);
    }
  }

  /** A run without what it was made for must not pass for one with it. */
  private void mustHaveHappened() {
    Fault fault = settings.fault();
    Failover failover = settings.failover();
    if (stopped) {
      return;
    }
    if (fault != null && !(fault.kind().isOfPage() ? link.hasDamaged() : faulted)) {
      throw didNotHappen("the fault", fault.toString());
    }
    if (failover != null && takeOver == null) {
      throw didNotHappen("the failover", failover.toString());
    }
  }

  private static ColotapeException didNotHappen(String what, String which) {
    return new ColotapeException(
        what + " did not happen", which, "see the recording for how far the pair came");
  }

  /** What went wrong by QEMU's own account. */
  private void tellWords() {
    for (Machine machine : machines()) {
      machine.complaints().forEach(line -> report.accept(machine.name() + " said: " + line));
    }
  }

  /** What the tap carries ends with the machines; if not, as when it never began, it is ended. */
  private void closeUnlessOver(Runnable closeTap) {
    try {
      if (over.await(1, TimeUnit.SECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    closeTap.run();
  }

  private void run() throws InterruptedException {
    while (!done && !stopped && takeOver == null) {
      for (Machine machine : machines()) {
        if (!machine.lives()) {
          if (!struck && !faulted) {
            machine.mustLive();
          }
          if (machine == pvm() && settings.failover() != null) {
            continue; // what is left of the pair is to take over
          }
          broken(machine.name() + " ended: " + machine.end());
          return;
        }
      }
      Duration patience = patience();
      if (link.quietNanos() > patience.toNanos()) {
        stalled(patience);
        return;
      }
      Thread.sleep(LOOK_MILLIS);
    }
  }

  private void broken(String what) {
    report.accept(what);
    end = new RunEnd.Broken(what);
  }

  /** In which state the machines say they are, as far as they answer. */
  private String conditions() {
    return machines().stream()
        .map(machine -> "; " + machine.name() + ": " + machine.condition())
        .collect(Collectors.joining());
  }

  /** How long nothing may pass: longer while there is no reason for it. */
  private Duration patience() {
    Duration stated = settings.patience();
    boolean shorter = stated.compareTo(WITHOUT_REASON) < 0;
    return (struck || !shorter ? stated : WITHOUT_REASON).plus(settings.delay());
  }

  private void stalled(Duration patience) {
    String what =
        "nothing has passed for %d ms, in checkpoint %d".formatted(patience.toMillis(), reached);
    if (struck || faulted) {
      broken("the pair stands still: " + what);
      return;
    }
    end = new RunEnd.Stalled(what + conditions());
    throw new ColotapeException(
        "the pair stands still",
        what,
        primary.kvm() ? "see the recording for how far it came" : "use kvm");
  }

  /** Waits until the secondary runs on its own. */
  private void awaitTakeOver() throws InterruptedException {
    long begun = System.nanoTime();
    String state = "unknown";
    while (System.nanoTime() - begun < TAKE_OVER.toNanos()) {
      Machine svm = svm();
      svm.mustLive();
      state = state(svm);
      if (state.equals("running, COLO none")) {
        report.accept(
            takeOver
                + ": the secondary runs on its own, "
                + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun)
                + " ms later");
        end = new RunEnd.TookOver(exposure(svm));
        return;
      }
      Thread.sleep(LOOK_MILLIS);
    }
    end = new RunEnd.NotTakenOver(state);
    throw new ColotapeException(
        "the secondary did not take over", takeOver + "; it is " + state, "see its recording");
  }

  /**
   * Tells whether a page that was marked on its way is in the memory of the secondary.
   *
   * @return null if none was marked
   */
  private @Nullable Boolean exposure(Machine svm) {
    Flip flip = link.flip();
    if (flip == null) {
      return null;
    }
    boolean there = svm.ram(flip.page() + flip.index()) == flip.value();
    report.accept(
        "the flipped page 0x%x is %s the secondary's memory"
            .formatted(flip.page(), there ? "in" : "not in"));
    return there;
  }

  private static String state(Machine machine) {
    JsonNode status = machine.monitor().execute("query-status", Map.of());
    JsonNode colo = machine.monitor().execute("query-colo-status", Map.of());
    return status.path("status").asText() + ", COLO " + colo.path("mode").asText();
  }

  /** A moment of a checkpoint passes the link. */
  private boolean passes(Moment moment, int checkpoint) throws IOException {
    reached = Math.max(reached, checkpoint);
    if (mute && moment.isAnswer()) {
      return false;
    }
    Failover failover = settings.failover();
    if (failover != null && failover.moment() == moment && failover.checkpoint() == checkpoint) {
      failOver(moment, checkpoint);
    }
    Fault fault = settings.fault();
    if (fault != null && fault.moment() == moment && fault.checkpoint() == checkpoint) {
      return strike(fault.kind(), moment, checkpoint);
    }
    return checkpoint <= checkpoints;
  }

  /**
   * An answer arrives at the primary. The last one does not: it is recorded by now, and without it
   * the primary begins nothing further.
   */
  private boolean arrives(Moment moment, int checkpoint) {
    boolean last = moment == Moment.VMSTATE_LOADED && checkpoint >= checkpoints;
    done |= last;
    return !last;
  }

  private boolean strike(Fault.Kind kind, Moment moment, int checkpoint) throws IOException {
    String at = moment + " of checkpoint " + checkpoint;
    switch (kind) {
      case LOSE -> {
        struck(at + " was lost");
        return false;
      }
      case CUT -> {
        struck("the link was cut at " + at);
        throw new IOException("the link was cut at " + at);
      }
      case LOSE_RETURN -> {
        mute = true;
        struck("from " + at + " on nothing comes back to the primary");
        return !moment.isAnswer();
      }
      case KILL_PVM -> {
        struck("the primary was killed at " + at);
        pvm().kill();
      }
      case KILL_SVM -> {
        struck("the secondary was killed at " + at);
        svm().kill();
      }
      case DROP, FLIP, REPEAT, SWAP, TRUNCATE -> {
        // the link's own affair
      }
    }
    return true;
  }

  private void struck(String what) {
    faulted = true;
    Fault fault = settings.fault();
    // behind a damaged page the pair goes on, unless the stream can't be read any further
    struck |= fault == null || !fault.kind().isOfPage() || fault.kind() == Fault.Kind.TRUNCATE;
    report.accept(
        "fault: " + what + (settings.faultBeforeTap() ? ", before the tap" : ", behind the tap"));
  }

  /**
   * Tells the secondary that its primary is lost, and lets the message wait until it knows. Only
   * within the pages that can't be: it listens to nobody until all of them have come.
   */
  private void failOver(Moment moment, int checkpoint) {
    struck = true;
    String at = "failover at " + moment + " of checkpoint " + checkpoint;
    if (moment == Moment.PAGES) {
      Thread.ofPlatform().name("colotape-failover").start(() -> failOver(at));
    } else {
      failOver(at);
    }
  }

  private void failOver(String at) {
    try {
      svm().demand("x-colo-lost-heartbeat", Map.of());
      takeOver = at;
    } catch (ColotapeException e) {
      failure = e;
      stop();
    }
  }

  /** Waits for the end of the run, and rethrows what it failed with. */
  public void finish() {
    over.countDown();
    Thread running = conductor;
    try {
      if (running != null) {
        running.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    ColotapeException why = failure;
    if (why != null) {
      throw why;
    }
  }

  /** How the run ended; known when it is finished. */
  public RunEnd end() {
    ColotapeException why = failure;
    if (why != null) {
      return endBy(why);
    }
    RunEnd known = end;
    if (known != null) {
      return known;
    }
    return done ? new RunEnd.Completed() : new RunEnd.Failed("stopped");
  }

  /** How the run ended, if with this failure of {@link #prepare} or {@link #finish}. */
  public RunEnd endBy(ColotapeException why) {
    RunEnd known = end;
    if (known != null) {
      return known;
    }
    if (why.getCause() instanceof QemuWords qemu) {
      return qemu.ended()
          ? new RunEnd.Died(qemu.machine(), qemu.words())
          : new RunEnd.Refused(qemu.machine(), qemu.words());
    }
    return new RunEnd.Failed(String.valueOf(why.getMessage()));
  }

  /** Ends the run soon. */
  public void stop() {
    stopped = true;
    machines().forEach(Machine::kill);
  }

  /** True if it was told to stop. */
  public boolean isStopped() {
    return stopped;
  }

  private synchronized List<Machine> machines() {
    return List.copyOf(machines);
  }

  private Machine pvm() {
    return machines().getFirst();
  }

  private Machine svm() {
    return machines().getLast();
  }

  @Override
  public void close() {
    machines().forEach(Machine::close);
  }
}
