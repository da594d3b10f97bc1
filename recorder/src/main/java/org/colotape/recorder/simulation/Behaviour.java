package org.colotape.recorder.simulation;

import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SortedSet;
import org.colotape.recorder.simulation.guest.GuestMemory;
import org.colotape.recorder.simulation.guest.GuestPage;
import org.colotape.schema.event.ColoMessageType;
import org.jspecify.annotations.Nullable;

/**
 * What a pair does at the points where one was wrong once. As it stands here everything is right; a
 * bug overrides one point or two, and says so to {@link Damage} whenever it strikes.
 */
class Behaviour {
  /** One of so many pages is struck, besides the first of each checkpoint. */
  private static final int RARITY = 6;

  private @Nullable Scene scene;
  private int struck = -1;

  /**
   * Where a behaviour acts.
   *
   * @param pair the pair
   * @param damage what it did wrong
   * @param random chooses where to strike; no other choice depends on it
   * @param from the first checkpoint at which to strike
   */
  record Scene(Pair pair, Damage damage, Random random, int from) {}

  /** Enters the scene. */
  final void enter(Scene entered) {
    scene = entered;
  }

  final Scene scene() {
    Scene entered = scene;
    if (entered == null) {
      throw new IllegalStateException("the simulation has not begun");
    }
    return entered;
  }

  final Pair pair() {
    return scene().pair();
  }

  final Damage damage() {
    return scene().damage();
  }

  /** True if the behaviour may strike at this checkpoint. */
  final boolean isDue() {
    return pair().checkpoint() >= scene().from();
  }

  /** True for the first page that is offered at each checkpoint, and some others: chance. */
  final boolean strikes() {
    return isDue() && mayStrike();
  }

  /** As {@link #strikes}, in the initial migration too. */
  final boolean mayStrike() {
    if (struck != pair().checkpoint()) {
      struck = pair().checkpoint();
      return true;
    }
    return scene().random().nextInt(RARITY) == 0;
  }

  // the primary

  /** True if the PVM's dirty log takes note of a write. */
  boolean logsPrimaryWrite(GuestPage page) {
    return true;
  }

  /** True if the page is sent in the initial migration. */
  boolean sendsInitially(GuestPage page) {
    return true;
  }

  /** What is read of a page in order to send it in a checkpoint. */
  byte[] reads(GuestPage page, byte[] contents) {
    return contents;
  }

  /** What is sent of a page in a checkpoint. */
  SentPage sends(SentPage page) {
    return page;
  }

  /** Pages that are sent in a checkpoint without having been written. */
  SortedSet<GuestPage> sendsToo() {
    return Collections.emptySortedSet();
  }

  /** Pages of no block that are sent behind all others of a checkpoint. */
  List<SentPage> sendsBeyond() {
    return List.of();
  }

  /** True if ENABLE_COLO is sent a second time, behind the first round of the migration. */
  boolean enablesColoAgain() {
    return false;
  }

  /** True if the primary waits for REPLY before it sends. */
  boolean waitsForReply() {
    return true;
  }

  /** True if the primary requests another checkpoint as soon as this one is received. */
  boolean requestsAgain() {
    return false;
  }

  /** True if the primary puts RAM into the blob, as QEMU 2.8 to 3.0 did. */
  boolean putsRamIntoBlob() {
    return false;
  }

  // the secondary

  /** True if a page of the initial migration gets into the cache. */
  boolean backsUp(SentPage page) {
    return true;
  }

  /** True if the cache reaches so far. */
  boolean reaches(GuestPage page) {
    return true;
  }

  /** True if a page of the initial migration is recorded as one to flush. */
  boolean recordsInitially() {
    return false;
  }

  /** What a delta is applied to in COLO state. */
  GuestMemory base(SentPage page) {
    return pair().secondary().cache();
  }

  /** True if a page gets into the cache in COLO state. */
  boolean lands(SentPage page) {
    return true;
  }

  /** A page got into the cache in COLO state. */
  void landed(GuestPage page) {}

  /** True if the page is recorded as one to flush. */
  boolean recordsReceived(GuestPage page) {
    return true;
  }

  /** True if the SVM's dirty log takes note of a write. */
  boolean logsSecondaryWrite(GuestPage page) {
    return true;
  }

  /** The SVM's guest was stopped. */
  void secondaryStopped() {}

  /** True if the secondary refuses the initial migration when all of it has come. */
  boolean refusesLoad() {
    return false;
  }

  /** The SVM is reset before the flush; what that writes is the flush's to restore. */
  void secondaryReset() {}

  /** True if the secondary flushes as soon as the RAM has come. */
  boolean flushesBeforeState() {
    return false;
  }

  /** Takes away what is not flushed, or adds what need not be. */
  void chooseForFlush(SortedSet<GuestPage> due) {}

  /** The cache was flushed, and the SVM's guest runs again. */
  void flushed() {}

  /** True if the secondary says this message. */
  boolean says(ColoMessageType message) {
    return true;
  }

  /** True if the secondary says RECEIVED before the device state has come. */
  boolean saysReceivedEarly() {
    return false;
  }

  /** The connection was lost in an unfinished checkpoint; the SVM goes on. */
  void failedOver() {}
}
