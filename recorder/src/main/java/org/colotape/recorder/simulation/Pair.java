package org.colotape.recorder.simulation;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeSet;
import org.colotape.recorder.simulation.SimulationSettings.Feature;
import org.colotape.recorder.simulation.guest.GuestBlock;
import org.colotape.recorder.simulation.guest.GuestPage;
import org.colotape.recorder.simulation.guest.GuestWrite;
import org.colotape.recorder.simulation.guest.Workload;
import org.colotape.schema.event.ColoMessageType;
import org.colotape.schema.event.Memory;
import org.jspecify.annotations.Nullable;

/**
 * The pair from its first byte to its last: the initial migration, then checkpoints, then perhaps a
 * failover (QEMU migration/migration.c, migration_thread; migration/colo.c,
 * colo_do_checkpoint_transaction and colo_incoming_process_checkpoint).
 */
final class Pair implements PairMemories, AutoCloseable {
  private static final long ROUND_NANOS = 20_000_000;
  private static final long INTERVAL_NANOS = 200_000_000;
  private static final long PAUSE_NANOS = 1_000_000;
  private static final long PAGE_NANOS = 1_000;

  /** Of so many writes of the PVM's guest, the SVM's makes all but one too. */
  private static final int IN_STEP = 4;

  private final SimulationSettings settings;
  private final PairOutput output;
  private final Behaviour behaviour;
  private final Damage damage;
  private final Link link;
  private final MainChannel main;
  private final MultifdChannels multifd;
  private final Devices devices;
  private final Primary primary;
  private final Secondary secondary;
  private final Observer observer;
  private final Workload primaryGuest;
  private final Workload secondaryGuest;
  private final Random drift;
  private final @Nullable Provocation provocation;

  private int checkpoint;

  /** True from READY on. */
  private boolean inColo;

  /** Pages sent in this checkpoint. */
  private final SortedSet<GuestPage> sent = new TreeSet<>();

  /** Pages that the SVM's guest had written when it was stopped. */
  private final SortedSet<GuestPage> written = new TreeSet<>();

  /** Pages that were flushed in this checkpoint. */
  private final SortedSet<GuestPage> flushed = new TreeSet<>();

  /** True from a flush, or the end of the initial migration, to the next checkpoint. */
  private boolean whole;

  /** True if this checkpoint was requested while the one before went on. */
  private boolean requested;

  Pair(SimulationSettings settings, PairOutput output) {
    List<GuestBlock> blocks = settings.blocks();
    long seed = settings.seed();
    Bug bug = settings.bug();
    this.settings = settings;
    this.output = output;
    this.behaviour = bug == null ? new Behaviour() : bug.behaviour();
    this.damage = new Damage(blocks);
    this.link = new Link(output, settings.failover());
    this.main = new MainChannel(link, blocks);
    this.multifd = new MultifdChannels(output, blocks);
    this.devices = new Devices(settings.machine(), seed ^ 1);
    this.primary = new Primary(blocks, behaviour, settings.features());
    this.secondary = new Secondary(blocks, behaviour);
    this.observer = new Observer(blocks, output, primary.said());
    this.primaryGuest = new Workload(blocks, settings.pattern(), seed ^ 2);
    this.secondaryGuest = new Workload(blocks, settings.pattern(), seed ^ 3);
    this.drift = new Random(seed ^ 4);
    this.provocation = bug == null ? null : new Provocation(blocks, seed ^ 5);
    behaviour.enter(new Behaviour.Scene(this, damage, new Random(seed ^ 6), settings.bugFrom()));
  }

  int checkpoint() {
    return checkpoint;
  }

  Primary primary() {
    return primary;
  }

  Secondary secondary() {
    return secondary;
  }

  Link link() {
    return link;
  }

  Workload secondaryGuest() {
    return secondaryGuest;
  }

  /** Pages sent in this checkpoint. */
  SortedSet<GuestPage> sent() {
    return sent;
  }

  List<GuestBlock> blocks() {
    return settings.blocks();
  }

  /** What the pair did wrong. */
  Damage damage() {
    return damage;
  }

  /** True behind READY. */
  boolean isInColo() {
    return inColo;
  }

  /** Lives the pair's life. */
  void run() {
    String end = "the simulation is over";
    boolean complete = true;
    try {
      migrate();
      while (checkpoint < settings.checkpoints() || requested) {
        takeCheckpoint();
      }
    } catch (LinkLost lost) {
      failOver(lost);
      end = String.valueOf(lost.getMessage());
      complete = false;
    }
    damage.seal(checkpoint);
    output.ended(complete, end);
  }

  // the initial migration

  private void migrate() throws LinkLost {
    primaryGuest.boot(settings.usedPages()).forEach(primary::write);
    primary.takeDirty();
    main.header(settings.machine());
    main.enableColo();
    secondary.enableColo();
    if (settings.features().contains(Feature.MULTIFD)) {
      link.flush();
      multifd.open();
    }
    main.ramStart();
    endOfRam();
    main.ramPart();
    for (int block = 0; block < blocks().size(); block++) {
      for (int i = 0; i < blocks().get(block).pages(); i++) {
        first(new GuestPage(block, i));
      }
    }
    endOfRam();
    if (behaviour.enablesColoAgain()) {
      main.enableColo();
      secondary.enableColo();
    }
    output.passed(ROUND_NANOS);
    main.ramPart();
    migrateAgain();
    output.passed(ROUND_NANOS);
    switchover();
    main.ramEnd();
    migrateAgain();
    devices.write(main.out(), 0);
    main.eof();
    devices.describe(main.out());
    link.flush();
    secondary.enterColo();
    whole = true;
    ready();
  }

  private void first(GuestPage page) throws LinkLost {
    if (behaviour.sendsInitially(page)) {
      send(primary.isZero(page) ? SentPage.zero(page) : primary.first(page));
    }
  }

  private void migrateAgain() throws LinkLost {
    primaryRuns(settings.dirtyPages() / 4);
    for (GuestPage page : primary.takeDirty()) {
      SentPage again = primary.again(page);
      if (again != null) {
        send(again);
      }
    }
    endOfRam();
  }

  private void ready() throws LinkLost {
    if (!behaviour.says(ColoMessageType.CHECKPOINT_READY)) {
      throw new LinkLost(false, "READY never came");
    }
    inColo = true;
    link.secondarySays(ColoMessageType.CHECKPOINT_READY);
    seal();
  }

  // checkpoints

  private void takeCheckpoint() throws LinkLost {
    begin();
    if (behaviour.waitsForReply()) {
      secondaryStops();
      link.primarySays(ColoMessageType.VMSTATE_SEND);
    } else {
      link.primarySays(ColoMessageType.VMSTATE_SEND);
      secondaryStops();
    }
    if (behaviour.putsRamIntoBlob()) {
      sendWholeStream();
    } else {
      sendRam();
      sendDevices();
    }
    receive();
    if (behaviour.requestsAgain()) {
      requestAgain();
    } else {
      link.secondarySays(ColoMessageType.VMSTATE_LOADED);
      seal();
    }
  }

  private void begin() throws LinkLost {
    whole = false;
    if (requested) {
      requested = false;
      return;
    }
    guestsRun();
    output.passed(INTERVAL_NANOS);
    checkpoint++;
    link.begin(checkpoint);
    link.primarySays(ColoMessageType.CHECKPOINT_REQUEST);
  }

  private void secondaryStops() throws LinkLost {
    behaviour.secondaryStopped();
    written.addAll(secondary.touched());
    link.secondarySays(ColoMessageType.CHECKPOINT_REPLY);
    observer.observe(Memory.SVM, secondary.ram(), written);
  }

  private void sendRam() throws LinkLost {
    switchover();
    main.ramEnd();
    sendDirty();
    for (SentPage beyond : behaviour.sendsBeyond()) {
      send(beyond);
    }
    endOfRam();
    main.eof();
    link.flush();
    if (behaviour.flushesBeforeState()) {
      flushEarly();
    }
    if (behaviour.saysReceivedEarly()) {
      link.secondarySays(ColoMessageType.VMSTATE_RECEIVED);
    }
  }

  private void sendDirty() throws LinkLost {
    SortedSet<GuestPage> due = primary.takeDirty();
    SortedSet<GuestPage> more = behaviour.sendsToo();
    due.addAll(more);
    int left = link.isLostInWhatFollows(ColoMessageType.VMSTATE_SEND) ? due.size() / 2 : -1;
    for (GuestPage page : due) {
      if (left-- == 0) {
        throw link.lost();
      }
      SentPage next =
          more.contains(page)
              ? new SentPage(page, SentPage.Encoding.RAW, primary.ram().bytes(page))
              : primary.next(page);
      if (next != null) {
        send(next);
      }
    }
    if (left == 0) {
      throw link.lost();
    }
  }

  private void sendDevices() throws LinkLost {
    WireBytes blob = new WireBytes();
    devices.write(blob, checkpoint);
    blob.u8(0);
    sendBlob(blob);
  }

  /** As QEMU 2.8 to 3.0 did; a later secondary can't load it. */
  private void sendWholeStream() throws LinkLost {
    WireBytes blob = new WireBytes();
    main.writeTo(blob);
    main.header(settings.machine());
    main.ramStart();
    main.endOfRam();
    main.ramEnd();
    for (GuestPage page : primary.takeDirty()) {
      SentPage next = primary.next(page);
      if (next != null) {
        main.page(next);
      }
    }
    main.endOfRam();
    devices.write(blob, checkpoint);
    main.eof();
    main.writeTo(null);
    sendBlob(blob);
    throw new LinkLost(true, "the secondary can't load the stream: unexpected COLO message");
  }

  private void sendBlob(WireBytes blob) throws LinkLost {
    byte[] state = blob.take();
    main.vmstateSize(state.length);
    if (link.isLostInWhatFollows(ColoMessageType.VMSTATE_SIZE)) {
      main.out().bytes(Arrays.copyOf(state, state.length / 2));
      throw link.lost();
    }
    main.out().bytes(state);
    link.flush();
    output.passed(PAUSE_NANOS + sent.size() * PAGE_NANOS);
  }

  /** The secondary has got all: whatever becomes of the connection now, it flushes. */
  private void receive() throws LinkLost {
    boolean said = behaviour.saysReceivedEarly();
    flush();
    whole = true;
    behaviour.flushed();
    secondaryRunsLate();
    if (!said) {
      link.secondarySays(ColoMessageType.VMSTATE_RECEIVED);
    }
  }

  private void flush() {
    SortedSet<GuestPage> copied = secondary.flush();
    flushed.addAll(copied);
    damage.needlesslyFlushed(
        copied.stream().filter(page -> !sent.contains(page) && !written.contains(page)).count());
  }

  /** What should not change before RECEIVED does. */
  private void flushEarly() {
    SortedSet<GuestPage> changed = new TreeSet<>(secondary.received());
    changed.addAll(secondary.touched());
    changed.removeIf(page -> secondary.ram().agrees(page, secondary.cache()));
    flush();
    changed.forEach(page -> damage.wrong(page, Memory.SVM));
    observer.observe(Memory.SVM, secondary.ram(), changed);
  }

  private void requestAgain() throws LinkLost {
    seal();
    checkpoint++;
    link.begin(checkpoint);
    damage.protocol();
    requested = true;
    link.primarySays(ColoMessageType.CHECKPOINT_REQUEST);
    link.secondarySays(ColoMessageType.VMSTATE_LOADED);
  }

  /** Observes a checkpoint that is whole, and leaves it. */
  private void seal() {
    damage.judge(primary.ram(), secondary.cache(), secondary.ram());
    observe();
    output.sealed(checkpoint, this);
    damage.seal(checkpoint);
    primary.touched().clear();
    sent.clear();
    written.clear();
    flushed.clear();
  }

  private void observe() {
    SortedSet<GuestPage> ofPrimary = new TreeSet<>(primary.touched());
    ofPrimary.addAll(sent);
    ofPrimary.addAll(damage.suspects());
    SortedSet<GuestPage> ofSecondary = new TreeSet<>(checkpoint == 0 ? ofPrimary : flushed);
    ofSecondary.addAll(written);
    ofSecondary.removeAll(secondary.touched());
    ofSecondary.addAll(damage.suspects());
    observer.observe(Memory.PVM, primary.ram(), ofPrimary);
    observer.observe(Memory.CACHE, secondary.cache(), ofPrimary);
    observer.observe(Memory.SVM, secondary.ram(), ofSecondary);
  }

  private void failOver(LinkLost lost) {
    if (whole) {
      seal();
      return;
    }
    behaviour.failedOver();
    SortedSet<GuestPage> touched = new TreeSet<>(written);
    touched.addAll(sent);
    touched.addAll(secondary.touched());
    if (lost.loadFailed()) {
      observer.observe(Memory.CACHE, secondary.cache(), inMemory(sent));
    }
    observer.observe(Memory.SVM, secondary.ram(), inMemory(touched));
  }

  private SortedSet<GuestPage> inMemory(SortedSet<GuestPage> pages) {
    SortedSet<GuestPage> there = new TreeSet<>(pages);
    there.removeIf(page -> page.index() >= blocks().get(page.block()).pages());
    return there;
  }

  // what both phases do

  private void switchover() {
    if (settings.features().contains(Feature.MULTIFD)) {
      main.switchover();
    }
  }

  private void send(SentPage page) throws LinkLost {
    if (settings.features().contains(Feature.MULTIFD)) {
      multifd.page(page);
    } else {
      main.page(page);
    }
    if (checkpoint > 0) {
      sent.add(page.page());
    }
    try {
      secondary.receive(page);
    } catch (LinkLost failed) {
      link.flush();
      throw failed;
    }
  }

  private void endOfRam() {
    if (settings.features().contains(Feature.MULTIFD)) {
      multifd.sync();
      main.multifdFlush();
    }
    main.endOfRam();
    link.flush();
  }

  private List<GuestWrite> primaryRuns(int writes) {
    List<GuestWrite> made = new ArrayList<>(primaryGuest.next(writes));
    made.forEach(primary::write);
    if (provocation != null) {
      provocation.primary(primary);
    }
    return made;
  }

  /** The guests run side by side; the SVM's drifts away from the PVM's a little. */
  private void guestsRun() {
    for (GuestWrite write : primaryRuns(settings.dirtyPages())) {
      if (drift.nextInt(IN_STEP) != 0) {
        secondary.write(write);
      }
    }
    secondaryGuest.next(settings.dirtyPages() / IN_STEP).forEach(secondary::write);
    if (provocation != null) {
      provocation.secondary(secondary);
    }
  }

  private void secondaryRunsLate() {
    for (GuestWrite write : secondaryGuest.next(settings.lateWrites())) {
      if (!damage.suspects().contains(write.page())) {
        secondary.write(write);
      }
    }
  }

  @Override
  public void close() {
    primary.close();
    secondary.close();
  }

  @Override
  public MemorySegment read(Memory which, GuestPage page) {
    return switch (which) {
      case PVM -> primary.ram().read(page);
      case CACHE -> secondary.cache().read(page);
      case SVM -> secondary.ram().read(page);
      case UNKNOWN -> throw new IllegalArgumentException("no memory of a pair");
    };
  }
}
