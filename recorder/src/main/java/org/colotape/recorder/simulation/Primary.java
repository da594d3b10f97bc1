package org.colotape.recorder.simulation;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.zip.Deflater;
import org.colotape.recorder.simulation.SentPage.Encoding;
import org.colotape.recorder.simulation.SimulationSettings.Feature;
import org.colotape.recorder.simulation.guest.GuestBlock;
import org.colotape.recorder.simulation.guest.GuestMemory;
import org.colotape.recorder.simulation.guest.GuestPage;
import org.colotape.recorder.simulation.guest.GuestWrite;
import org.jspecify.annotations.Nullable;

/**
 * The primary's RAM, its dirty log, and how its pages are encoded (QEMU migration/ram.c,
 * save_zero_page, save_xbzrle_page, ram_save_page).
 */
final class Primary implements AutoCloseable {
  private final Behaviour behaviour;
  private final Set<Feature> features;
  private final GuestMemory ram;

  /** What it has sent of each page last, if it was received rightly. */
  private final GuestMemory said;

  /** Pages in the XBZRLE cache, which has no bound here: their deltas are to what was said. */
  private final Set<GuestPage> cached = new HashSet<>();

  private final SortedSet<GuestPage> dirty = new TreeSet<>();

  /** Pages that the guest has written since the last checkpoint, logged or not. */
  private final SortedSet<GuestPage> touched = new TreeSet<>();

  Primary(List<GuestBlock> blocks, Behaviour behaviour, Set<Feature> features) {
    this.behaviour = behaviour;
    this.features = features;
    this.ram = new GuestMemory(blocks);
    this.said = new GuestMemory(blocks);
  }

  GuestMemory ram() {
    return ram;
  }

  GuestMemory said() {
    return said;
  }

  SortedSet<GuestPage> touched() {
    return touched;
  }

  /** The guest writes. */
  void write(GuestWrite write) {
    write.applyTo(ram);
    touched.add(write.page());
    if (behaviour.logsPrimaryWrite(write.page())) {
      dirty.add(write.page());
    }
  }

  /** Takes the dirty log; it is empty then. */
  SortedSet<GuestPage> takeDirty() {
    SortedSet<GuestPage> taken = new TreeSet<>(dirty);
    dirty.clear();
    return taken;
  }

  /** A page of the first round of the initial migration. */
  SentPage first(GuestPage page) {
    return ram.isZero(page) ? SentPage.zero(page) : encode(page, ram.bytes(page), false);
  }

  /** A page of a later round, or null if it is what was said of it. */
  @Nullable SentPage again(GuestPage page) {
    return delta(page, ram.bytes(page));
  }

  /** A page of a checkpoint, or null if it is what was said of it. */
  @Nullable SentPage next(GuestPage page) {
    SentPage sent = delta(page, behaviour.reads(page, ram.bytes(page)));
    return sent == null ? null : behaviour.sends(sent);
  }

  private @Nullable SentPage delta(GuestPage page, byte[] contents) {
    SentPage sent = encode(page, contents, true);
    return sent.encoding() == Encoding.XBZRLE && sent.body().length == 0 ? null : sent;
  }

  private SentPage encode(GuestPage page, byte[] contents, boolean deltas) {
    byte[] before = said.bytes(page);
    said.write(page, 0, contents);
    if (isFilled(contents) && (contents[0] == 0 || features.contains(Feature.FILL))) {
      return new SentPage(page, Encoding.FILLED, new byte[] {contents[0]});
    }
    if (deltas && features.contains(Feature.XBZRLE) && !cached.add(page)) {
      byte[] delta = Xbzrle.encode(before, contents);
      if (delta.length < GuestPage.BYTES) {
        return new SentPage(page, Encoding.XBZRLE, delta);
      }
    }
    return features.contains(Feature.COMPRESS)
        ? new SentPage(page, Encoding.ZLIB, deflate(contents))
        : new SentPage(page, Encoding.RAW, contents);
  }

  private static boolean isFilled(byte[] contents) {
    return Arrays.mismatch(contents, 1, contents.length, contents, 0, contents.length - 1) < 0;
  }

  private static byte[] deflate(byte[] contents) {
    try (Deflater deflater = new Deflater(Deflater.BEST_SPEED)) {
      deflater.setInput(contents);
      deflater.finish();
      byte[] room = new byte[2 * contents.length];
      return Arrays.copyOf(room, deflater.deflate(room));
    }
  }

  @Override
  public void close() {
    ram.close();
    said.close();
  }
}
