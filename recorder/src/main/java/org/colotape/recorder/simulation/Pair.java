package org.colotape.recorder.simulation;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeSet;
import org.colotape.recorder.simulation.SentPage.Encoding;
import org.colotape.recorder.simulation.guest.GuestBlock;
import org.colotape.recorder.simulation.guest.GuestPage;
import org.colotape.schema.event.ColoMessageType;
import org.colotape.schema.event.Memory;

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

  /** What the primary's ping carries, and the secondary's pong brings back. */
  private static final int PING = 1;

  // migration/migration.h, mig_rp_message_type
  private static final int SHUT_FRAME = 1;
  private static final int PONG_FRAME = 2;

  private final SimulationSettings settings;
  private final PairOutput output;
  private final Behaviour behaviour;
  private final Damage damage;
  private final Link link;
  private final Primary primary;
  private final Secondary secondary;
  private final Guests guests;
  private final Sender sender;
  private final MainChannel main;
  private final Devices devices;
  private final Sights sights;

  private int checkpoint;

  /** True from READY on. */
  private boolean inColo;

  /** True from a flush, or the end of the initial migration, to the next checkpoint. */
  private boolean whole;

  /** True if this checkpoint was requested while the one before went on. */
  private boolean requested;

  /** Pages that were flushed in this checkpoint. */
  private final SortedSet<GuestPage> flushed = new TreeSet<>();

  Pair(SimulationSettings settings, PairOutput output) {
    List<GuestBlock> blocks = settings.blocks();
    Bug bug = settings.bug();
    this.settings = settings;
    this.output = output;
    this.behaviour = bug == null ? new Behaviour() : bug.behaviour();
    this.damage = new Damage(blocks);
    this.link = new Link(output, settings.failover());
    this.primary = new Primary(blocks, behaviour, settings.features());
    this.secondary = new Secondary(blocks, behaviour);
    this.guests = new Guests(settings, primary, secondary);
    this.sender = new Sender(settings, link, output, secondary);
    this.main = sender.main();
    this.devices = new Devices(settings.machine(), settings.isFramed(), settings.seed() ^ 1);
    this.sights = new Sights(new Observer(blocks, output, primary.said()), primary, secondary);
    Random chance = new Random(settings.seed() ^ 6);
    behaviour.enter(new Behaviour.Scene(this, damage, chance, settings.bugFrom()));
  }

  int checkpoint() {
    return checkpoint;
  }

  /** True behind READY. */
  boolean isInColo() {
    return inColo;
  }

  List<GuestBlock> blocks() {
    return settings.blocks();
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

  Guests guests() {
    return guests;
  }

  /** Pages sent in this checkpoint. */
  SortedSet<GuestPage> sent() {
    return sender.sent();
  }

  /** What the pair did wrong. */
  Damage damage() {
    return damage;
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
    output.ended(complete, end);
  }

  // the initial migration

  private void migrate() throws LinkLost {
    guests.boot();
    primary.takeDirty();
    main.header(settings.machine());
    if (settings.isFramed()) {
      openReturnPath();
    } else {
      enableColo();
    }
    sender.open();
    main.ramStart();
    sender.endOfRam();
    main.ramPart();
    sendAll();
    if (behaviour.enablesColoAgain()) {
      enableColo();
    }
    main.ramPart();
    sendDirtyAgain();
    sender.switchover();
    main.ramEnd();
    sendDirtyAgain();
    devices.write(main.out(), 0);
    main.eof();
    devices.describe(main.out());
    link.flush();
    endLoad();
    secondary.enterColo();
    whole = true;
    ready();
  }

  private void enableColo() {
    main.enableColo();
    secondary.makeCache();
  }

  /** The secondary knows by itself that it needs a cache. */
  private void openReturnPath() {
    main.openReturnPath();
    main.ping(PING);
    secondary.makeCache();
    link.secondaryFrames(PONG_FRAME, PING);
  }

  private void endLoad() throws LinkLost {
    if (!settings.isFramed()) {
      return;
    }
    boolean refused = behaviour.refusesLoad();
    link.secondaryFrames(SHUT_FRAME, refused ? 1 : 0);
    if (refused) {
      throw new LinkLost(true, "the secondary can't load the stream: Unknown section or instance");
    }
  }

  private void sendAll() throws LinkLost {
    for (int block = 0; block < blocks().size(); block++) {
      for (int i = 0; i < blocks().get(block).pages(); i++) {
        GuestPage page = new GuestPage(block, i);
        if (behaviour.sendsInitially(page)) {
          sender.first(primary.first(page));
        }
      }
    }
    sender.endOfRam();
  }

  private void sendDirtyAgain() throws LinkLost {
    output.passed(ROUND_NANOS);
    guests.runWhileMigrating();
    for (GuestPage page : primary.takeDirty()) {
      SentPage again = primary.again(page);
      if (again != null) {
        sender.send(again);
      }
    }
    sender.endOfRam();
  }

  private void ready() throws LinkLost {
    flushed.addAll(primary.touched());
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
    guests.run();
    output.passed(INTERVAL_NANOS);
    request();
  }

  private void request() throws LinkLost {
    checkpoint++;
    link.begin(checkpoint);
    link.primarySays(ColoMessageType.CHECKPOINT_REQUEST);
  }

  private void secondaryStops() throws LinkLost {
    behaviour.secondaryStopped();
    link.secondarySays(ColoMessageType.CHECKPOINT_REPLY);
    sights.secondaryStopped();
  }

  private void sendRam() throws LinkLost {
    sender.switchoverAgain();
    main.ramEnd();
    sendDirty();
    for (SentPage beyond : behaviour.sendsBeyond()) {
      sender.send(beyond);
    }
    sender.endOfRam();
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
    int inFirstEpoch = sender.firstEpoch(due.size());
    int left = link.isLostInWhatFollows(ColoMessageType.VMSTATE_SEND) ? due.size() / 2 : -1;
    for (GuestPage page : due) {
      if (left == 0) {
        break;
      }
      left--;
      if (inFirstEpoch-- == 0) {
        sender.endEpoch();
      }
      SentPage next =
          more.contains(page)
              ? new SentPage(page, Encoding.RAW, primary.ram().bytes(page))
              : primary.next(page);
      if (next != null) {
        sender.send(next);
      }
    }
    if (left == 0) {
      sender.flush();
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
    output.passed(PAUSE_NANOS + sent().size() * PAGE_NANOS);
  }

  /** The secondary has got all: whatever becomes of the connection now, it flushes. */
  private void receive() throws LinkLost {
    if (settings.isFramed()) {
      behaviour.secondaryReset();
    }
    flush();
    whole = true;
    behaviour.flushed();
    guests.runLate(damage.suspects());
    if (!behaviour.saysReceivedEarly()) {
      link.secondarySays(ColoMessageType.VMSTATE_RECEIVED);
    }
  }

  private void flush() {
    SortedSet<GuestPage> copied = secondary.flush();
    flushed.addAll(copied);
    damage.needlesslyFlushed(
        copied.stream()
            .filter(page -> !sent().contains(page) && !sights.written().contains(page))
            .count());
  }

  /** What should not change before RECEIVED does. */
  private void flushEarly() {
    SortedSet<GuestPage> changed = new TreeSet<>(secondary.received());
    changed.addAll(secondary.touched());
    changed.removeIf(page -> secondary.ram().agrees(page, secondary.cache()));
    flush();
    changed.forEach(page -> damage.wrong(page, Memory.SVM));
    sights.changedEarly(changed);
  }

  /** Requests the next checkpoint before this one is loaded. */
  private void requestAgain() throws LinkLost {
    seal();
    requested = true;
    damage.protocol();
    request();
    link.secondarySays(ColoMessageType.VMSTATE_LOADED);
  }

  /** Observes a checkpoint that is whole, and leaves it. */
  private void seal() {
    damage.judge(primary.ram(), secondary.cache(), secondary.ram());
    sights.whole(sent(), flushed, damage.suspects());
    output.sealed(checkpoint, this);
    damage.seal(checkpoint);
    primary.touched().clear();
    sender.forget();
    flushed.clear();
  }

  private void failOver(LinkLost lost) {
    if (whole) {
      seal();
      return;
    }
    if (!inColo) {
      damage.seal(checkpoint);
      return;
    }
    behaviour.failedOver();
    sights.failedOver(
        sent(), lost.loadFailed(), page -> page.index() < blocks().get(page.block()).pages());
    damage.seal(checkpoint);
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

  @Override
  public void close() {
    sender.close();
    primary.close();
    secondary.close();
  }
}
