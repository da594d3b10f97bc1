package org.colotape.recorder.simulation;

import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.colotape.recorder.simulation.guest.GuestPage;
import org.colotape.schema.event.Memory;

/** What is observed of a pair, and when: see the package's description. */
final class Sights {
  private final Observer observer;
  private final Primary primary;
  private final Secondary secondary;

  /** Pages that the SVM's guest had written when it was stopped. */
  private final SortedSet<GuestPage> written = new TreeSet<>();

  Sights(Observer observer, Primary primary, Secondary secondary) {
    this.observer = observer;
    this.primary = primary;
    this.secondary = secondary;
  }

  /** Pages that the SVM's guest had written when it was stopped. */
  SortedSet<GuestPage> written() {
    return written;
  }

  /** The SVM's guest was stopped for a checkpoint. */
  void secondaryStopped() {
    written.clear();
    written.addAll(secondary.touched());
    observer.observe(Memory.SVM, secondary.ram(), written);
  }

  /** These pages of the SVM changed before RECEIVED. */
  void changedEarly(SortedSet<GuestPage> pages) {
    observer.observe(Memory.SVM, secondary.ram(), pages);
  }

  /**
   * A checkpoint is whole, and the PVM stands still.
   *
   * @param sent pages that it brought
   * @param flushed pages that its flush wrote
   * @param wrong pages that are to be seen in all memories
   */
  void whole(SortedSet<GuestPage> sent, SortedSet<GuestPage> flushed, SortedSet<GuestPage> wrong) {
    SortedSet<GuestPage> ofPrimary = new TreeSet<>(primary.touched());
    ofPrimary.addAll(sent);
    ofPrimary.addAll(wrong);
    SortedSet<GuestPage> ofSecondary = new TreeSet<>(flushed);
    ofSecondary.addAll(written);
    ofSecondary.removeAll(secondary.touched());
    ofSecondary.addAll(wrong);
    observer.observe(Memory.PVM, primary.ram(), ofPrimary);
    observer.observe(Memory.CACHE, secondary.cache(), ofPrimary);
    observer.observe(Memory.SVM, secondary.ram(), ofSecondary);
    written.clear();
  }

  /**
   * The connection was lost in a checkpoint that is not whole.
   *
   * @param sent pages that it brought
   * @param loadFailed true if the secondary ended the load itself
   * @param exists tells the pages that have a place in the memories
   */
  void failedOver(SortedSet<GuestPage> sent, boolean loadFailed, Predicate<GuestPage> exists) {
    SortedSet<GuestPage> came = new TreeSet<>(sent);
    came.removeIf(exists.negate());
    SortedSet<GuestPage> touched = new TreeSet<>(came);
    touched.addAll(written);
    touched.addAll(secondary.touched());
    if (loadFailed) {
      observer.observe(Memory.CACHE, secondary.cache(), came);
    }
    observer.observe(Memory.SVM, secondary.ram(), touched);
  }
}
