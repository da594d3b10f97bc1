package org.colotape.analyzer.lab.fault;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.Page;
import org.colotape.schema.event.PageEncoding;
import org.colotape.schema.wire.RamFlags;
import org.jspecify.annotations.Nullable;

/**
 * Damages one page of one checkpoint. What it makes is still a stream as a primary could have sent
 * it, but for a truncated page: behind a page that was left out, the next one names the block if
 * that one did.
 */
final class PageDamage {
  // migration/ram.c, RAM_SAVE_FLAG_CONTINUE
  private static final int FLIPPED_BYTE = 1234;

  private final Fault fault;
  private final String block;
  private final long from;
  private final Consumer<String> report;

  /** Contents of pages in the checkpoint before, by offset. */
  private final Map<Long, byte[]> before = new HashMap<>();

  /** The first of two pages that are to be swapped, and what came behind it. */
  private @Nullable Event first;

  private final List<byte[]> behindFirst = new ArrayList<>();

  /** The name of the block that a dropped page carried and the next one must. */
  private byte @Nullable [] owedName;

  private boolean done;
  private volatile boolean damaged;
  private volatile @Nullable Flip flip;

  /**
   * @param block the RAM block of the page
   * @param from offset of the first page that may be damaged, if the fault names none
   * @param report is told what was done
   */
  PageDamage(Fault fault, String block, long from, Consumer<String> report) {
    this.fault = fault;
    this.block = block;
    this.from = from;
    this.report = report;
  }

  /** The bit that was flipped; null if none was. */
  @Nullable Flip flip() {
    return flip;
  }

  /** True if a page was damaged. */
  boolean hasDamaged() {
    return damaged;
  }

  /** True if the elements of this checkpoint have to go by one by one. */
  boolean isIn(int checkpoint) {
    return checkpoint == fault.checkpoint() && (!done || owedName != null);
  }

  /** Sees an element of a checkpoint that is not damaged. */
  void see(Event event, int checkpoint) {
    if (fault.kind() == Fault.Kind.REPEAT
        && checkpoint == fault.checkpoint() - 1
        && isCandidate(event)) {
      before.put(event.getPage().getOffset(), contents(event));
    }
  }

  /** What becomes of an element of the checkpoint. */
  List<byte[]> alter(Event event) {
    if (owedName != null && event.getKind() == Kind.PAGE) {
      return List.of(named(event));
    }
    if (first != null) {
      return second(first, event);
    }
    if (done || !isCandidate(event) || !isMeant(event)) {
      return List.of(wire(event));
    }
    return damage(event);
  }

  /** What was held back when the checkpoint's pages have ended. */
  List<byte[]> end() {
    if (!done) {
      done = true;
      report.accept(
          "the fault " + fault + " found no page to damage: its checkpoint sent none that fits");
    }
    owedName = null;
    List<byte[]> rest = new ArrayList<>();
    if (first != null) {
      rest.add(wire(first));
      rest.addAll(behindFirst);
      first = null;
    }
    return rest;
  }

  private List<byte[]> damage(Event event) {
    byte[] wire = wire(event);
    String page = "page 0x%x of %s ".formatted(event.getPage().getOffset(), block);
    return switch (fault.kind()) {
      case DROP -> {
        tell(page + "was dropped");
        if ((wire[Long.BYTES - 1] & RamFlags.CONTINUE) == 0) {
          owedName = Arrays.copyOfRange(wire, Long.BYTES, event.getPage().getDataStart());
        }
        yield List.of();
      }
      case FLIP -> {
        tell(page + "had a bit of its byte " + FLIPPED_BYTE + " flipped");
        int at = event.getPage().getDataStart() + FLIPPED_BYTE;
        wire[at] ^= 1;
        flip = new Flip(event.getPage().getOffset(), FLIPPED_BYTE, wire[at]);
        yield List.of(wire);
      }
      case TRUNCATE -> {
        tell(page + "lost its second half");
        yield List.of(Arrays.copyOf(wire, wire.length - event.getPage().getPageSize() / 2));
      }
      case REPEAT -> repeat(event, wire, page);
      case SWAP -> {
        first = event;
        yield List.of();
      }
      case LOSE, CUT, LOSE_RETURN, KILL_PVM, KILL_SVM -> List.of(wire);
    };
  }

  private List<byte[]> repeat(Event event, byte[] wire, String page) {
    byte[] old = before.get(event.getPage().getOffset());
    if (old == null || Arrays.equals(old, contents(event))) {
      return List.of(wire);
    }
    tell(page + "was followed by what it was in checkpoint " + (fault.checkpoint() - 1));
    ByteBuffer again = ByteBuffer.allocate(Long.BYTES + old.length);
    again.putLong(ByteBuffer.wrap(wire).getLong() | RamFlags.CONTINUE).put(old);
    return List.of(wire, again.array());
  }

  private List<byte[]> second(Event one, Event event) {
    if (!isCandidate(event) || Arrays.equals(contents(one), contents(event))) {
      behindFirst.add(wire(event));
      return List.of();
    }
    tell(
        "pages 0x%x and 0x%x of %s were swapped"
            .formatted(one.getPage().getOffset(), event.getPage().getOffset(), block));
    List<byte[]> all = new ArrayList<>();
    all.add(with(one, contents(event)));
    all.addAll(behindFirst);
    all.add(with(event, contents(one)));
    first = null;
    return all;
  }

  private void tell(String what) {
    done = true;
    damaged = true;
    report.accept(what + " in checkpoint " + fault.checkpoint());
  }

  private boolean isCandidate(Event event) {
    Page page = event.getKind() == Kind.PAGE ? event.getPage() : null;
    return page != null
        && page.getEncoding() == PageEncoding.RAW
        && page.getPages() == 1
        && page.getBlock().equals(block);
  }

  private boolean isMeant(Event event) {
    long offset = event.getPage().getOffset();
    return fault.offset() < 0 ? offset >= from : offset == fault.offset();
  }

  /** The page with the name of its block, if it left that to the one that was dropped. */
  private byte[] named(Event event) {
    byte[] wire = wire(event);
    byte[] name = owedName;
    owedName = null;
    if (name == null || (wire[Long.BYTES - 1] & RamFlags.CONTINUE) == 0) {
      return wire;
    }
    wire[Long.BYTES - 1] &= ~RamFlags.CONTINUE;
    return ByteBuffer.allocate(wire.length + name.length)
        .put(wire, 0, Long.BYTES)
        .put(name)
        .put(wire, Long.BYTES, wire.length - Long.BYTES)
        .array();
  }

  private static byte[] with(Event event, byte[] contents) {
    byte[] wire = wire(event);
    System.arraycopy(contents, 0, wire, event.getPage().getDataStart(), contents.length);
    return wire;
  }

  private static byte[] contents(Event event) {
    byte[] contents = new byte[event.getPage().getPageSize()];
    event.getWire().get(event.getWire().position() + event.getPage().getDataStart(), contents);
    return contents;
  }

  private static byte[] wire(Event event) {
    byte[] wire = new byte[event.getWire().remaining()];
    event.getWire().get(event.getWire().position(), wire);
    return wire;
  }
}
