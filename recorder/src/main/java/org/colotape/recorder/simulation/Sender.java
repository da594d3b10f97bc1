package org.colotape.recorder.simulation;

import java.util.List;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeSet;
import org.colotape.recorder.simulation.guest.GuestBlock;
import org.colotape.recorder.simulation.guest.GuestPage;

/** Sends RAM, over the main channel or by multifd; the secondary gets each page at once. */
final class Sender implements AutoCloseable {
  /** One of so many checkpoints has pages in its first epoch too. */
  private static final int SPLIT = 4;

  private final MainChannel main;
  private final MultifdChannels multifd;
  private final boolean byMultifd;
  private final boolean framed;
  private final Random chance;
  private final Link link;
  private final Secondary secondary;

  /** Pages sent since {@link #forget}. */
  private final SortedSet<GuestPage> sent = new TreeSet<>();

  Sender(SimulationSettings settings, Link link, PairOutput output, Secondary secondary) {
    List<GuestBlock> blocks = settings.blocks();
    this.framed = settings.isFramed();
    this.byMultifd = settings.byMultifd();
    this.main = new MainChannel(link, blocks);
    this.multifd =
        new MultifdChannels(output, blocks, PacketStream.of(settings.features()), framed);
    this.chance = new Random(settings.seed() ^ 7);
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

  /** Says that the last RAM of the migration comes: QEMU 10.0 and later. */
  void switchover() {
    if (byMultifd || framed) {
      main.switchover();
    }
  }

  /** Says that the RAM of a checkpoint comes: QEMU 10.0, no longer in 11.1. */
  void switchoverAgain() {
    if (!framed) {
      switchover();
    }
  }

  /**
   * How many of a checkpoint's pages come before {@link #endEpoch} is called for the first time:
   * mostly none, and -1 if all are of one epoch (the captures of QEMU 11.1).
   */
  int firstEpoch(int pages) {
    if (!framed || !byMultifd || pages == 0) {
      return -1;
    }
    return chance.nextInt(SPLIT) == 0 ? chance.nextInt(pages) : 0;
  }

  /**
   * Ends what may come over the channels in any order, on all of them. The main channel's word and
   * the packets go over connections of their own: either may come first.
   */
  void endEpoch() {
    if (framed && chance.nextBoolean()) {
      main.multifdFlush();
      link.flush();
      multifd.sync();
    } else {
      multifd.sync();
      main.multifdFlush();
    }
  }

  /** Ends a RAM section. */
  void endOfRam() {
    if (byMultifd) {
      endEpoch();
    }
    main.endOfRam();
    link.flush();
  }

  /** Lets go all that the secondary has got. */
  void flush() {
    multifd.flush();
    link.flush();
  }

  @Override
  public void close() {
    multifd.close();
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
