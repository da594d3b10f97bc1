package org.colotape.analyzer.history;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.colotape.analyzer.diff.PageBytes;
import org.colotape.replayer.memory.RamBlockMemory;
import org.colotape.replayer.replay.ObservationListener;
import org.colotape.replayer.replay.Replay;
import org.colotape.replayer.replay.ReplaySettings;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Page;
import org.colotape.schema.event.StartPages;
import org.colotape.schema.log.EventSource;
import org.jspecify.annotations.Nullable;

/** Finds all events that wrote a page. */
public final class Blame implements AutoCloseable {
  private final PageAddress address;
  private final int most;
  private final Replay replay;
  private final Deque<PageWrite> writes = new ArrayDeque<>();
  private @Nullable PageBytes before;
  private long count;

  private Blame(EventSource source, PageAddress address, ReplaySettings settings, int most) {
    this.address = address;
    this.most = most;
    this.replay = new Replay(source, settings.withPvmModel(), ObservationListener.NONE);
  }

  /**
   * What was found.
   *
   * @param writes the writes, newest first: as many as were asked for
   * @param count number of all writes
   */
  public record Result(List<PageWrite> writes, long count) {}

  /**
   * The events that wrote a page of the PVM, as the stream tells it.
   *
   * @param source the recording, at its first event; the caller closes it
   * @param address any byte of the page
   * @param settings how the recording is replayed
   * @param last the checkpoint to stop behind
   * @param most how many writes to keep, the newest ones
   * @throws ColotapeException if no RAM block has that page, or the recording can't be read
   */
  public static Result of(
      EventSource source, PageAddress address, ReplaySettings settings, int last, int most) {
    try (Blame blame = new Blame(source, address, settings, most)) {
      for (Event event = blame.replay.step();
          event != null && event.getCheckpoint() <= last;
          event = blame.replay.step()) {
        blame.see(event);
      }
      blame.block();
      return new Result(List.copyOf(blame.writes), blame.count);
    }
  }

  @Override
  public void close() {
    replay.close();
  }

  private RamBlockMemory block() {
    RamBlockMemory block = replay.pvm().block(address.block());
    if (address.offset() >= block.usedLength()) {
      throw new ColotapeException(
          "no such page",
          address.toString(),
          "the block ends at 0x" + Long.toHexString(block.usedLength()));
    }
    return block;
  }

  private void see(Event event) {
    switch (event.getKind()) {
      case PAGE -> {
        Page page = event.getPage();
        long length = (long) page.getPages() * page.getPageSize();
        if (holds(page.getBlock(), page.getOffset(), length)) {
          add(event, page.getEncoding().name());
        }
      }
      case START_PAGES -> {
        StartPages pages = event.getStartPages();
        if (holds(pages.getBlock(), pages.getOffset(), pages.getContents().remaining())) {
          add(event, "as the excerpt begins");
        }
      }
      default -> {
        // writes no page
      }
    }
  }

  private boolean holds(String block, long from, long length) {
    return block.equals(address.block())
        && address.offset() >= from
        && address.offset() < from + length;
  }

  private void add(Event event, String how) {
    RamBlockMemory block = block();
    int page = (int) (address.offset() / block.pageSize());
    PageBytes after = PageBytes.copyOf(block.page(page));
    PageBytes old = before;
    int changed = 0;
    for (int i = 0; old != null && i < after.length(); i++) {
      changed += after.at(i) == old.at(i) ? 0 : 1;
    }
    writes.addFirst(
        new PageWrite(
            event.getSeq(),
            event.getCheckpoint(),
            event.getChannel(),
            event.getStreamOffset(),
            how,
            block.pageDigest(page),
            old == null ? after.length() : changed,
            old == null ? 0 : old.mismatch(after),
            old,
            after));
    if (writes.size() > most) {
      writes.removeLast();
    }
    count++;
    before = after;
  }
}
