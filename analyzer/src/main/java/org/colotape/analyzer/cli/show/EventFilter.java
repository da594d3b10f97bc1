package org.colotape.analyzer.cli.show;

import java.util.Set;
import org.colotape.schema.digest.PageDigest;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.Observation;
import org.colotape.schema.event.Page;
import org.colotape.schema.event.StartPages;
import org.jspecify.annotations.Nullable;

/**
 * Which events are shown: those that every given condition holds for. The conditions on memory hold
 * for page events and observations only.
 *
 * @param checkpoints numbers of checkpoints, or null for all
 * @param kinds kinds of events, empty for all
 * @param block name of a RAM block, or null for all
 * @param pages numbers of pages in their block (offset divided by page size), or null for all
 * @param offsets offsets in their block in bytes, or null for all
 */
record EventFilter(
    @Nullable Range checkpoints,
    Set<Kind> kinds,
    @Nullable String block,
    @Nullable Range pages,
    @Nullable Range offsets) {

  /** True if the event is to be shown. */
  boolean passes(Event event) {
    return (checkpoints == null || checkpoints.contains(event.getCheckpoint()))
        && (kinds.isEmpty() || kinds.contains(event.getKind()))
        && passesMemory(event);
  }

  /** True if no later event can pass: checkpoints never go back. */
  boolean isBehind(Event event) {
    return checkpoints != null && event.getCheckpoint() > checkpoints.last();
  }

  private boolean passesMemory(Event event) {
    if (block == null && pages == null && offsets == null) {
      return true;
    }
    return switch (event.getKind()) {
      case PAGE -> passes(event.getPage());
      case OBSERVATION -> passes(event.getObservation());
      case START_PAGES -> passes(event.getStartPages());
      default -> false;
    };
  }

  private boolean passes(StartPages pages) {
    int count = pages.getContents().remaining() / pages.getPageSize();
    return passes(pages.getBlock(), pages.getOffset(), count, pages.getPageSize());
  }

  private boolean passes(Page page) {
    return passes(page.getBlock(), page.getOffset(), page.getPages(), page.getPageSize());
  }

  private boolean passes(Observation seen) {
    int count = seen.getDigests().remaining() / PageDigest.BYTES;
    return passes(seen.getBlock(), seen.getOffset(), count, seen.getPageSize());
  }

  private boolean passes(String of, long offset, long count, int pageSize) {
    long page = offset / pageSize;
    return (block == null || block.equals(of))
        && (pages == null || pages.overlaps(page, page + count))
        && (offsets == null || offsets.overlaps(offset, offset + count * pageSize));
  }
}
