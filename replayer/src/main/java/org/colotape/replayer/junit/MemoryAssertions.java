package org.colotape.replayer.junit;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import org.colotape.replayer.memory.GuestMemory;
import org.colotape.replayer.memory.PageWriter;
import org.colotape.replayer.memory.RamBlockMemory;
import org.colotape.schema.digest.PageDigest;
import org.jspecify.annotations.Nullable;
import org.opentest4j.AssertionFailedError;

/**
 * Assertions on rebuilt memory. A failure lists the pages in question, shows the bytes of the first
 * one, and names the events that wrote it last.
 */
public final class MemoryAssertions {
  private static final int RANGES = 12;

  private MemoryAssertions() {}

  /**
   * Two memories hold the same on every page of every block. Of pages that are the same write in
   * both nothing is read.
   *
   * @throws AssertionFailedError if they do not, or do not have the same blocks
   */
  public static void assertSameMemory(GuestMemory expected, GuestMemory actual) {
    List<String> names = expected.blocks().stream().map(RamBlockMemory::name).toList();
    List<String> others = actual.blocks().stream().map(RamBlockMemory::name).toList();
    if (!names.equals(others)) {
      throw new AssertionFailedError(
          name(expected) + " and " + name(actual) + " have other RAM blocks", names, others);
    }
    for (RamBlockMemory block : expected.blocks()) {
      assertSameBlock(name(expected), block, name(actual), actual.block(block.name()));
    }
  }

  /**
   * A memory holds what was observed at the checkpoint, on every page that was.
   *
   * @throws AssertionFailedError if it does not, or nothing was observed
   */
  public static void assertAsObserved(Observed expected, GuestMemory actual) {
    if (expected.isEmpty()) {
      throw new AssertionFailedError(
          word(expected.memory()) + " was not observed at this checkpoint");
    }
    for (String name : expected.blocks().stream().sorted().toList()) {
      assertAsObserved(expected, name, name(actual), actual.block(name));
    }
  }

  /**
   * A page holds these bytes.
   *
   * @param offset offset of the page in its block
   * @throws AssertionFailedError if it does not
   */
  public static void assertPage(GuestMemory memory, String block, long offset, byte[] expected) {
    RamBlockMemory pages = memory.block(block);
    int page = (int) (offset / pages.pageSize());
    MemorySegment wanted = MemorySegment.ofArray(expected);
    if (wanted.mismatch(pages.page(page)) >= 0) {
      BitSet one = new BitSet();
      one.set(page);
      throw failure("expected bytes", wanted, null, name(memory), pages, one, page);
    }
  }

  /**
   * A RAM block has this digest.
   *
   * @param expected 32 hexadecimal digits, as {@code colotape replay} prints them
   * @throws AssertionFailedError if it has another one
   */
  public static void assertDigest(GuestMemory memory, String block, String expected) {
    String actual = memory.block(block).digest().toString();
    if (!actual.equals(expected)) {
      throw new AssertionFailedError(
          "digest of %s in %s: expected %s but was %s"
              .formatted(block, name(memory), expected, actual),
          expected,
          actual);
    }
  }

  private static void assertSameBlock(
      String leftName, RamBlockMemory left, String rightName, RamBlockMemory right) {
    if (left.usedLength() != right.usedLength()) {
      throw new AssertionFailedError(
          "%s has another length in %s and %s".formatted(left.name(), leftName, rightName),
          left.usedLength(),
          right.usedLength());
    }
    BitSet differing = new BitSet();
    int page = Math.max(next(left, right, 0), -1);
    while (page >= 0) {
      if (left.mismatch(page, right) >= 0) {
        differing.set(page);
      }
      page = next(left, right, page + 1);
    }
    if (!differing.isEmpty()) {
      int first = differing.nextSetBit(0);
      throw failure(
          leftName,
          left.page(first),
          writer(leftName, left, first),
          rightName,
          right,
          differing,
          first);
    }
  }

  private static void assertAsObserved(
      Observed expected, String block, String name, RamBlockMemory actual) {
    BitSet differing = new BitSet();
    for (long offset : expected.pages(block)) {
      int page = (int) (offset / actual.pageSize());
      PageDigest digest = expected.digest(block, offset);
      if (page >= actual.pages() || !actual.pageDigest(page).equals(digest)) {
        differing.set(page);
      }
    }
    if (!differing.isEmpty()) {
      int first = differing.nextSetBit(0);
      byte[] bytes = expected.bytes(block, (long) first * actual.pageSize());
      throw failure(
          word(expected.memory()) + " (observed)",
          bytes == null ? null : MemorySegment.ofArray(bytes),
          null,
          name,
          actual,
          differing,
          first);
    }
  }

  /** The first page from {@code from} on that is not zero in both, or -1. */
  private static int next(RamBlockMemory left, RamBlockMemory right, int from) {
    int here = left.nextNonZero(from);
    int there = right.nextNonZero(from);
    return here < 0 || there < 0 ? Math.max(here, there) : Math.min(here, there);
  }

  private static AssertionFailedError failure(
      String leftName,
      @Nullable MemorySegment left,
      @Nullable String leftWriter,
      String rightName,
      RamBlockMemory right,
      BitSet differing,
      int first) {
    long offset = (long) first * right.pageSize();
    List<String> lines = new ArrayList<>();
    int count = differing.cardinality();
    lines.add(
        "%s and %s differ on %s of %s: %s"
            .formatted(
                leftName,
                rightName,
                count == 1 ? "1 page" : count + " pages",
                right.name(),
                ranges(differing, right.pageSize())));
    MemorySegment actual = first < right.pages() ? right.page(first) : MemorySegment.NULL;
    if (left == null) {
      lines.add(
          "  page %s+0x%x: of %s only the digest is known"
              .formatted(right.name(), offset, leftName));
    } else {
      lines.add(
          "  page %s+0x%x, from byte 0x%x on:"
              .formatted(right.name(), offset, Math.max(0, left.mismatch(actual))));
      PageDump.lines(leftName, left, rightName, actual, offset)
          .forEach(line -> lines.add("    " + line));
    }
    if (leftWriter != null) {
      lines.add("  " + leftWriter);
    }
    lines.add("  " + writer(rightName, right, first));
    return new AssertionFailedError(String.join(System.lineSeparator(), lines));
  }

  /** Who wrote a page last. */
  private static String writer(String name, RamBlockMemory block, int page) {
    PageWriter writer = page < block.pages() ? block.lastWriter(page) : null;
    if (writer == null) {
      return name + ": never written";
    }
    String place =
        writer.streamOffset() < 0
            ? "not on the wire"
            : "stream offset 0x%x".formatted(writer.streamOffset());
    return "%s: written last by event %d, %s, checkpoint %d"
        .formatted(name, writer.seq(), place, writer.checkpoint());
  }

  private static String ranges(BitSet pages, int pageSize) {
    StringJoiner ranges = new StringJoiner(", ");
    int shown = 0;
    for (int from = pages.nextSetBit(0); from >= 0; ) {
      int to = pages.nextClearBit(from);
      if (shown++ == RANGES) {
        return ranges + ", and more";
      }
      ranges.add("0x%x..0x%x".formatted((long) from * pageSize, (long) to * pageSize - 1));
      from = pages.nextSetBit(to);
    }
    return ranges.toString();
  }

  private static String name(GuestMemory memory) {
    return word(memory.kind());
  }

  private static String word(Enum<?> memory) {
    return memory.name().toLowerCase(Locale.ROOT);
  }
}
