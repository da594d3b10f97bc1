package org.colotape.recorder.simulation;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.zip.InflaterInputStream;
import org.colotape.recorder.simulation.guest.GuestBlock;
import org.colotape.recorder.simulation.guest.GuestMemory;
import org.colotape.recorder.simulation.guest.GuestPage;
import org.colotape.recorder.simulation.guest.GuestWrite;

/**
 * The secondary's side: SVM RAM, the COLO cache with its record of received pages, and the SVM's
 * own dirty log (QEMU migration/ram.c, ram_load_precopy, colo_cache_from_block_offset,
 * colo_record_bitmap, colo_flush_ram_cache).
 */
final class Secondary implements AutoCloseable {
  private final List<GuestBlock> blocks;
  private final Behaviour behaviour;
  private final GuestMemory ram;
  private final GuestMemory cache;

  /** Pages to flush, because they were received in COLO state. */
  private final SortedSet<GuestPage> received = new TreeSet<>();

  /** Pages to flush, because the SVM's guest has written them. */
  private final SortedSet<GuestPage> written = new TreeSet<>();

  /** Pages that the SVM's guest has written, logged or not. */
  private final SortedSet<GuestPage> touched = new TreeSet<>();

  private boolean inColo;

  Secondary(List<GuestBlock> blocks, Behaviour behaviour) {
    this.blocks = blocks;
    this.behaviour = behaviour;
    this.ram = new GuestMemory(blocks);
    this.cache = new GuestMemory(blocks);
  }

  GuestMemory ram() {
    return ram;
  }

  GuestMemory cache() {
    return cache;
  }

  /** Pages received and not flushed yet. */
  SortedSet<GuestPage> received() {
    return received;
  }

  /** Pages that the SVM's guest has written since the last flush. */
  SortedSet<GuestPage> touched() {
    return touched;
  }

  /** The cache is there, and zero. */
  void makeCache() {
    cache.clear();
  }

  /** The initial migration is loaded. */
  void enterColo() {
    inColo = true;
  }

  /** The SVM's guest writes. */
  void write(GuestWrite write) {
    write.applyTo(ram);
    touched.add(write.page());
    if (behaviour.logsSecondaryWrite(write.page())) {
      written.add(write.page());
    }
  }

  /**
   * Takes a page.
   *
   * @throws LinkLost if it can't be loaded
   */
  void receive(SentPage sent) throws LinkLost {
    GuestPage page = sent.page();
    if (page.index() >= blocks.get(page.block()).pages()) {
      throw failed("Illegal RAM offset 0x" + Long.toHexString(page.offset()));
    }
    if (inColo) {
      receiveInColo(sent);
    } else {
      load(sent, ram, ram);
      if (behaviour.reaches(page) && behaviour.backsUp(sent)) {
        cache.copy(page, ram);
      }
      if (behaviour.recordsInitially()) {
        received.add(page);
      }
    }
  }

  private void receiveInColo(SentPage sent) throws LinkLost {
    GuestPage page = sent.page();
    if (behaviour.reaches(page) && behaviour.lands(sent)) {
      load(sent, cache, behaviour.base(sent));
      behaviour.landed(page);
    }
    if (behaviour.recordsReceived(page)) {
      received.add(page);
    }
  }

  /** Copies what is due from the cache to SVM RAM, and returns what was copied. */
  SortedSet<GuestPage> flush() {
    SortedSet<GuestPage> due = new TreeSet<>(received);
    due.addAll(written);
    behaviour.chooseForFlush(due);
    due.forEach(page -> ram.copy(page, cache));
    received.clear();
    written.clear();
    touched.clear();
    return due;
  }

  @Override
  public void close() {
    ram.close();
    cache.close();
  }

  /** Makes a page of the target what was sent; a delta is one to the base's. */
  private static void load(SentPage sent, GuestMemory target, GuestMemory base) throws LinkLost {
    GuestPage page = sent.page();
    switch (sent.encoding()) {
      case RAW -> target.write(page, 0, sent.body());
      case FILLED -> {
        if (sent.isZero()) {
          target.zero(page);
        } else {
          byte[] filled = new byte[GuestPage.BYTES];
          Arrays.fill(filled, sent.body()[0]);
          target.write(page, 0, filled);
        }
      }
      case XBZRLE -> {
        byte[] contents = base.bytes(page);
        boolean whole = Xbzrle.decode(sent.body(), contents);
        target.write(page, 0, contents);
        if (!whole) {
          throw failed("Failed to load XBZRLE page - decode error!");
        }
      }
      case ZLIB -> target.write(page, 0, inflate(sent.body()));
    }
  }

  private static byte[] inflate(byte[] body) throws LinkLost {
    try (InflaterInputStream in = new InflaterInputStream(new ByteArrayInputStream(body))) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw failed("decompress data failed");
    }
  }

  private static LinkLost failed(String why) {
    return new LinkLost(true, "the secondary can't load the stream: " + why);
  }
}
