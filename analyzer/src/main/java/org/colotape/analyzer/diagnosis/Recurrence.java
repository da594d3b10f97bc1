package org.colotape.analyzer.diagnosis;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.colotape.schema.digest.PageDigest;
import org.colotape.schema.event.Memory;
import org.colotape.schema.event.Observation;

/**
 * Follows pages that were thrown back: whether SVM RAM is seen to hold the same wrong contents
 * behind later flushes, too. A reset does the same thing each time; a guest hardly does.
 */
final class Recurrence {
  private record Thrown(PageDigest contents, Set<Integer> again, Set<Integer> otherwise) {}

  private final Map<String, NavigableMap<Integer, Thrown>> blocks = new HashMap<>();

  /** A page was found to be thrown back to these contents. */
  void begin(PageId page, PageDigest contents) {
    blocks
        .computeIfAbsent(page.block(), _ -> new TreeMap<>())
        .put(page.page(), new Thrown(contents, new HashSet<>(), new HashSet<>()));
  }

  /** True while there are pages to follow. */
  boolean isFollowing() {
    return !blocks.isEmpty();
  }

  /** Takes an observation that was made behind a flush. */
  void observed(Observation seen, int checkpoint) {
    NavigableMap<Integer, Thrown> pages = blocks.get(seen.getBlock());
    if (pages == null || seen.getMemory() != Memory.SVM) {
      return;
    }
    ByteBuffer digests = seen.getDigests();
    int first = (int) (seen.getOffset() / seen.getPageSize());
    int end = first + digests.remaining() / PageDigest.BYTES;
    pages
        .subMap(first, end)
        .forEach((page, thrown) -> {
          int at = digests.position() + (page - first) * PageDigest.BYTES;
          PageDigest now = new PageDigest(digests.getLong(at), digests.getLong(at + Long.BYTES));
          (now.equals(thrown.contents()) ? thrown.again() : thrown.otherwise()).add(checkpoint);
        });
  }

  /** The same pages; those that were followed with what was seen of them. */
  List<DiagnosedPage> tell(List<DiagnosedPage> pages) {
    return pages.stream().map(page -> page.seenAgain(again(page.page()))).toList();
  }

  private int again(PageId page) {
    NavigableMap<Integer, Thrown> pages = blocks.get(page.block());
    Thrown thrown = pages == null ? null : pages.get(page.page());
    return thrown == null || !thrown.otherwise().isEmpty() ? 0 : thrown.again().size();
  }
}
