package org.colotape.recorder.simulation;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;
import org.colotape.recorder.simulation.SimulationSettings.Feature;
import org.colotape.recorder.simulation.SimulationSettings.Protocol;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.event.ColoMessageType;
import org.jspecify.annotations.Nullable;

/**
 * What a simulated pair can do wrong: the bugs that COLO's cache and protocol really had, by their
 * numbers in the list of them, and the faults that diagnosis has a name for.
 */
public enum Bug {
  /** Row 1: commits 92c1a9a912, 403252e78c, ca10f4ffb3. */
  COLO_01(
      "pages of the initial migration never get into the cache: the back-up branch is never taken",
      "D",
      FaultClass.NOT_IN_CACHE,
      "I1",
      CacheFaults.NoBackUp::new,
      Trait.FROM_START),
  /** Row 2: commits 6fa5435cbf, 014a56dcff. */
  COLO_02(
      "the cache is never flushed: need_flush never becomes true",
      "D",
      FaultClass.NOT_FLUSHED,
      "I4",
      FlushFaults.Never::new,
      Trait.FROM_START),
  /** Row 3: commit 6fa5435cbf. */
  COLO_03(
      "a bit is cleared before the bounds check: the first page of the next block is not flushed",
      "D L",
      FaultClass.NOT_FLUSHED,
      "I8",
      FlushFaults.ClearedBeforeCheck::new,
      Trait.TWO_BLOCKS),
  /** Row 4: commits 1c7939cfb2, 7d9acafa2c. */
  COLO_04(
      "the bitmap starts all ones with a count of 0: the first flush copies everything",
      "D F",
      FaultClass.NEEDLESS_WORK,
      "I4",
      FlushFaults.AllRecordedAtFirst::new,
      Trait.FROM_START),
  /** Row 5: commits 13af18f222, 7d9acafa2c, e6f4aa188c. */
  COLO_05(
      "the cache is filled, but there is neither bitmap nor flush",
      "D",
      FaultClass.NOT_FLUSHED,
      "I4",
      FlushFaults.NoRecord::new,
      Trait.FROM_START),
  /** Row 6: commit d1955d2219. */
  COLO_06(
      "the SVM's own writes are not tracked and survive the checkpoint",
      "D",
      FaultClass.NOT_FLUSHED,
      "I4",
      FlushFaults.OwnWritesNotLogged::new),
  /** Row 7: commit 3f6df99d9d. */
  COLO_07(
      "the primary puts the RAM into the blob, and the secondary does not expect it there",
      "P",
      FaultClass.PROTOCOL_ORDER,
      "",
      ProtocolFaults.OldLayout::new),
  /** Row 11: commits 1fe6ab267f, 82cd368ccd, db00972922. */
  COLO_11(
      "the secondary is in the wrong state at failover and answers on",
      "L P",
      FaultClass.PROTOCOL_ORDER,
      "I5",
      ProtocolFaults.AnswersAfterFailover::new,
      Trait.LOST_IN_RAM),
  /** Row 13: commit f51d0b4178. */
  COLO_13(
      "ENABLE_COLO comes twice: the cache is made again and its contents are lost",
      "D L",
      FaultClass.NOT_IN_CACHE,
      "I1",
      CacheFaults.SecondCache::new,
      Trait.FROM_START,
      Trait.ENABLE_COLO),
  /** Row 16: commit 8af66371ed. */
  COLO_16(
      "pages of the initial migration are recorded as dirty: a needless full flush",
      "F",
      FaultClass.NEEDLESS_WORK,
      "I6",
      FlushFaults.InitialRecorded::new,
      Trait.FROM_START),
  /** Row 17: commit 24fa16f8cc. */
  COLO_17(
      "flushed before the device state has come, and then the connection is lost",
      "D",
      FaultClass.FLUSHED_TOO_EARLY,
      "I5",
      FlushFaults.BeforeState::new,
      Trait.LOST_IN_STATE),
  /** Row 18: commit 786d8b8e38. */
  COLO_18(
      "half of the device state is in force after a failover in mid-checkpoint",
      "D",
      FaultClass.FLUSHED_TOO_EARLY,
      "I5",
      FlushFaults.HalfState::new,
      Trait.LOST_IN_STATE),
  /** Row 20: commit 4fa8ed25b8. */
  COLO_20(
      "packets are released, and state is sent, before the secondary has stopped",
      "P",
      FaultClass.PROTOCOL_ORDER,
      "I9",
      ProtocolFaults.SendsTooEarly::new),
  /** Row 21: commit bb70b66ed7. */
  COLO_21(
      "several checkpoints for one burst of notifications",
      "F P",
      FaultClass.PROTOCOL_ORDER,
      "",
      ProtocolFaults.Burst::new),
  /** Row 23: commit 18b1d3c952. */
  COLO_23(
      "RAM of the SVM is discarded together with COLO: pages become zero, unlogged",
      "D",
      FaultClass.NOT_FLUSHED,
      "I4",
      FlushFaults.Discarded::new),
  /** Row 24: commit b70cb3b485. */
  COLO_24(
      "the bitmap is ignored: all RAM is flushed at each checkpoint",
      "F",
      FaultClass.NEEDLESS_WORK,
      "I6",
      FlushFaults.Everything::new),
  /** Row 26: commit 63268c4970. */
  COLO_26(
      "the bitmap's lock is forgotten: a bit is lost in a race, its page is not flushed",
      "D",
      FaultClass.NOT_FLUSHED,
      "I4",
      FlushFaults.LostBit::new),
  /** Row 29: commits a6a83cef9c, 91fe9a8dbd. */
  COLO_29(
      "flush by runs: the last page of a run is not flushed",
      "D F",
      FaultClass.NOT_FLUSHED,
      "I4",
      FlushFaults.ShortRuns::new),
  /** Row 36: commits 871cfc5400, 9d638407ef, 5d1d1fcf43. */
  COLO_36(
      "receiving threads share a word of the bitmap without a lock: one of their bits is lost",
      "D",
      FaultClass.NOT_FLUSHED,
      "I4",
      FlushFaults.LostNeighbour::new),
  /** Row 37: the mail of 2023-05-09 about migration.c. */
  COLO_37(
      "the decompression threads are gone after the initial load: pages are not written",
      "L D",
      FaultClass.STALE,
      "I3",
      CacheFaults.NoInflation::new,
      Trait.COMPRESS),
  /** Row 38: multifd COLO v2 4/8. */
  COLO_38(
      "zero pages of a multifd packet are neither recorded nor copied",
      "D",
      FaultClass.ZERO_NOT_APPLIED,
      "I7",
      CacheFaults.ZeroPagesOfPackets::new,
      Trait.MULTIFD),
  /** Row 39: commit 0b5bf4ea76. */
  COLO_39(
      "the state transition to COLO is lost: READY never comes",
      "P",
      FaultClass.PROTOCOL_ORDER,
      "",
      ProtocolFaults.NeverReady::new,
      Trait.FROM_START),
  /** Row 40: commit 0393031a16. */
  COLO_40(
      "the back-up copy runs before the decompression is done: stale pages in the cache",
      "D",
      FaultClass.STALE,
      "I1",
      CacheFaults.BackUpBeforeInflation::new,
      Trait.COMPRESS,
      Trait.FROM_START),
  /** Row 41: QEMU 10.0. */
  COLO_41(
      "the cache has the length that a block had before MEM_SIZE resized it",
      "D L",
      FaultClass.BEYOND_USED_LENGTH,
      "I8",
      CacheFaults.ShortCache::new,
      Trait.FROM_START),
  /** Row 43: QEMU 10.0. */
  COLO_43(
      "a delta that can't be decoded leaves half a page in the cache",
      "D",
      FaultClass.TORN,
      "I3",
      PrimaryFaults.BrokenDelta::new,
      Trait.XBZRLE),

  /** A page with contents is never sent. */
  NEVER_SENT(
      "pages are left out of the initial migration",
      "D",
      FaultClass.NEVER_SENT,
      "I3",
      PrimaryFaults.NeverSent::new,
      Trait.FROM_START),
  /** A page is sent as it was before. */
  STALE_PAGE(
      "pages are sent again as they were before",
      "D",
      FaultClass.STALE,
      "I3",
      PrimaryFaults.StalePage::new),
  /** A write is not logged. */
  LOST_DIRTY_BIT(
      "the PVM's dirty log misses writes, as under TCG",
      "D",
      FaultClass.LOST_DIRTY_BIT,
      "I3",
      PrimaryFaults.LostDirtyBit::new),
  /** A page is left out of a flush. */
  NOT_FLUSHED(
      "pages that are due are left out of the flush",
      "D",
      FaultClass.NOT_FLUSHED,
      "I4",
      FlushFaults.LeftOut::new),
  /** The flush comes too early. */
  FLUSHED_TOO_EARLY(
      "the cache is flushed when the RAM has come, before the device state",
      "D",
      FaultClass.FLUSHED_TOO_EARLY,
      "I2",
      FlushFaults.BeforeState::new),
  /** A page is not backed up. */
  NOT_IN_CACHE(
      "some pages of the initial migration do not get into the cache",
      "D",
      FaultClass.NOT_IN_CACHE,
      "I1",
      CacheFaults.SomeNotBackedUp::new,
      Trait.FROM_START),
  /** A delta is applied to the wrong page. */
  WRONG_XBZRLE_BASE(
      "deltas are applied to SVM RAM instead of the cache",
      "D",
      FaultClass.WRONG_XBZRLE_BASE,
      "I3",
      CacheFaults.WrongBase::new,
      Trait.XBZRLE),
  /** A zero page is not written. */
  ZERO_NOT_APPLIED(
      "zero pages come and are not written",
      "D",
      FaultClass.ZERO_NOT_APPLIED,
      "I7",
      CacheFaults.ZeroNotApplied::new),
  /** A page has another one's contents. */
  OTHER_PAGE(
      "pages get the contents of another page",
      "D",
      FaultClass.OTHER_PAGE,
      "I3",
      CacheFaults.OtherPage::new),
  /** A page is half old and half new. */
  TORN_PAGE(
      "pages are sent while they are written: half new, half old",
      "D",
      FaultClass.TORN,
      "I3",
      PrimaryFaults.TornPage::new),
  /** A bit is wrong. */
  DAMAGED_BITS(
      "bits of pages change on the way into the cache",
      "D",
      FaultClass.DAMAGED_BITS,
      "I3",
      CacheFaults.DamagedBit::new),
  /** The SVM writes behind the flush. */
  WRITTEN_AFTER_FLUSH(
      "the SVM's guest writes pages between the flush and the observation",
      "D",
      FaultClass.WRITTEN_AFTER_FLUSH,
      "I4",
      FlushFaults.WrittenAfterwards::new),
  /** A page has no place. */
  BEYOND_USED_LENGTH(
      "a page behind the end of its block is sent: the load fails",
      "D L",
      FaultClass.BEYOND_USED_LENGTH,
      "I8",
      PrimaryFaults.BeyondUsedLength::new),
  /** A message comes too early. */
  PROTOCOL_ORDER(
      "the secondary says RECEIVED before the device state has come",
      "P",
      FaultClass.PROTOCOL_ORDER,
      "I9",
      ProtocolFaults.ReceivedTooEarly::new),
  /** Clean pages are sent. */
  NEEDLESS_PAGES(
      "pages are sent that have not changed",
      "F",
      FaultClass.NEEDLESS_WORK,
      "I6",
      PrimaryFaults.NeedlessPages::new),
  /** QEMU 11.1 and earlier under TCG: nothing of what checkpoint 1 should bring is logged. */
  LOST_SINCE_MIGRATION(
      "checkpoint 1 lacks all that the PVM wrote since the initial migration, as under TCG",
      "D",
      FaultClass.LOST_DIRTY_BIT,
      "I3",
      PrimaryFaults.LostSinceMigration::new,
      Trait.FROM_START),
  /** QEMU 11.1: the system reset before the flush writes firmware's RAM blocks, unlogged. */
  FIRMWARE_RESET(
      "the SVM's system reset before each flush throws firmware's blocks back, unlogged",
      "D",
      FaultClass.THROWN_BACK,
      "I4",
      FlushFaults.FirmwareReset::new,
      Trait.TWO_BLOCKS,
      Trait.FROM_START,
      Trait.RETURN_PATH),
  /** The secondary lacks a device, or has another version of it. */
  LOAD_REFUSED(
      "the secondary can't load a device of the initial migration: SHUT(1), and it closes",
      "P L",
      FaultClass.LOAD_REFUSED,
      "",
      ProtocolFaults.RefusesLoad::new,
      Trait.FROM_START,
      Trait.RETURN_PATH);

  /** What a bug needs to show. */
  private enum Trait {
    FROM_START,
    TWO_BLOCKS,
    XBZRLE,
    COMPRESS,
    MULTIFD,
    ENABLE_COLO,
    RETURN_PATH,
    LOST_IN_RAM,
    LOST_IN_STATE
  }

  private final String description;
  private final String kinds;
  private final FaultClass faultClass;
  private final String oracle;

  @SuppressWarnings("ImmutableEnumChecker") // constructors, which have no state
  private final Supplier<Behaviour> behaviour;

  @SuppressWarnings("ImmutableEnumChecker") // nobody changes it
  private final Set<Trait> traits = EnumSet.noneOf(Trait.class);

  Bug(
      String description,
      String kinds,
      FaultClass faultClass,
      String oracle,
      Supplier<Behaviour> behaviour,
      Trait... traits) {
    this.description = description;
    this.kinds = kinds;
    this.faultClass = faultClass;
    this.oracle = oracle;
    this.behaviour = behaviour;
    this.traits.addAll(List.of(traits));
  }

  /**
   * The bug of that name.
   *
   * @throws ColotapeException if there is none
   */
  public static Bug titled(String title) {
    return Arrays.stream(values())
        .filter(bug -> bug.title().equals(title.toLowerCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(
            () -> new ColotapeException("no such bug", title, "see --list-bugs for all names"));
  }

  /** Its name as users write it: colo-06 for row 6 of the list of real bugs. */
  public String title() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** What goes wrong, in one line. */
  public String description() {
    return description;
  }

  /** D for memory divergence, L for life cycle, P for protocol, F for needless work. */
  public List<String> kinds() {
    return List.of(kinds.split(" ", -1));
  }

  /** What diagnosis should call it. */
  public FaultClass faultClass() {
    return faultClass;
  }

  /** The rule that it breaks, I1 to I10, or empty. */
  public String oracle() {
    return oracle;
  }

  /** How the sides may agree on COLO for it to show. */
  public Set<Protocol> protocols() {
    if (traits.contains(Trait.RETURN_PATH)) {
      return Set.of(Protocol.RETURN_PATH);
    }
    return traits.contains(Trait.ENABLE_COLO) || traits.contains(Trait.COMPRESS)
        ? Set.of(Protocol.ENABLE_COLO)
        : EnumSet.allOf(Protocol.class);
  }

  /** True if it is there from the start, and not from some checkpoint on. */
  boolean fromStart() {
    return traits.contains(Trait.FROM_START);
  }

  /** Number of RAM blocks that it needs. */
  int blocks() {
    return traits.contains(Trait.TWO_BLOCKS) ? 2 : 1;
  }

  /** How pages must be sent for it to show. */
  Set<Feature> features() {
    if (traits.contains(Trait.XBZRLE)) {
      return Set.of(Feature.XBZRLE);
    }
    if (traits.contains(Trait.COMPRESS)) {
      return Set.of(Feature.COMPRESS);
    }
    return traits.contains(Trait.MULTIFD) ? Set.of(Feature.MULTIFD) : Set.of();
  }

  /** The failover in which it shows, or null. */
  @Nullable ConnectionLoss failover(int checkpoint) {
    if (traits.contains(Trait.LOST_IN_STATE)) {
      return new ConnectionLoss(ColoMessageType.VMSTATE_SIZE, checkpoint);
    }
    return traits.contains(Trait.LOST_IN_RAM)
        ? new ConnectionLoss(ColoMessageType.VMSTATE_SEND, checkpoint)
        : null;
  }

  Behaviour behaviour() {
    return behaviour.get();
  }
}
