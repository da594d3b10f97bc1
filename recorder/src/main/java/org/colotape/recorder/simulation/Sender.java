package org.colotape.recorder.simulation;

import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.colotape.recorder.simulation.guest.GuestBlock;
import org.colotape.recorder.simulation.guest.GuestPage;

/** Sends RAM, over the main channel or by multifd; the secondary gets each page at once. */
final class Sender {
  private final MainChannel main;
  private final MultifdChannels multifd;
  private final boolean byMultifd;
  private final Link link;
  private final Secondary secondary;

  /** Pages sent since {@link #forget}. */
  private final SortedSet<GuestPage> sent = new TreeSet<>();

  Sender(
      Link link,
      PairOutput output,
      List<GuestBlock> blocks,
      boolean byMultifd,
      Secondary secondary) {
    this.main = new MainChannel(link, blocks);
    this.multifd = new MultifdChannels(output, blocks);
    this.byMultifd = byMultifd;
    this.link = link;
    this.secondary = secondary;
  }

  /** The main channel, for all that is not RAM. */
  MainChannel main() {
    return main;
  }

  /** Pages sent since {@link #forget}. */
  SortedSet<GuestPage> sent() {
    return sent;
  }

  void forget() {
    sent.clear();
  }

  /** Opens the further channels, if there are any. */
  void open() {
    if (byMultifd) {
      link.flush();
      multifd.open();
    }
  }

  /** Sends a page of the first round, which is not remembered. */
  void first(SentPage page) throws LinkLost {
    put(page);
    deliver(page);
  }

  /** Sends a page. */
  void send(SentPage page) throws LinkLost {
    put(page);
    sent.add(page.page());
    deliver(page);
  }

  /** Says that the last RAM of the migration or checkpoint comes: QEMU 10.0 and later. */
  void switchover() {
    if (byMultifd) {
      main.switchover();
    }
  }

  /** Ends a RAM section. */
  void endOfRam() {
    if (byMultifd) {
      multifd.sync();
      main.multifdFlush();
    }
    main.endOfRam();
    link.flush();
  }

  /** Lets go all that the secondary has got. */
  void flush() {
    multifd.flush();
    link.flush();
  }

  private void put(SentPage page) {
    if (byMultifd) {
      multifd.page(page);
    } else {
      main.page(page);
    }
  }

  private void deliver(SentPage page) throws LinkLost {
    try {
      secondary.receive(page);
    } catch (LinkLost failed) {
      flush();
      throw failed;
    }
  }
}
