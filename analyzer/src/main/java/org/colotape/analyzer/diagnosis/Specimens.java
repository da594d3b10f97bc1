package org.colotape.analyzer.diagnosis;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import org.colotape.analyzer.diff.PageBytes;
import org.colotape.schema.event.Memory;
import org.jspecify.annotations.Nullable;

/** Chooses the pages whose contents are shown: the first few of each cause, not too many in all. */
final class Specimens {
  static final int MOST_OF_A_KIND = 4;
  private static final int MOST = 128;

  private record Kind(int checkpoint, Classification.Result result) {}

  private final Map<Kind, Integer> taken = new HashMap<>();
  private int all;

  /** The specimen for a page, or null if there are enough of its kind. */
  @Nullable Specimen take(PageId page, Classification.Result result, Classification history) {
    Kind kind = new Kind(history.checkpoint(), result);
    if (all >= MOST || taken.getOrDefault(kind, 0) >= MOST_OF_A_KIND) {
      return null;
    }
    taken.merge(kind, 1, Integer::sum);
    all++;
    Map<Memory, PageBytes> contents = new EnumMap<>(Memory.class);
    history
        .now()
        .forEach((memory, held) -> {
          byte[] bytes = held.bytes();
          if (bytes != null && bytes.length > 0) {
            contents.put(memory, PageBytes.copyOf(bytes));
          }
        });
    return new Specimen(page.block(), page.page(), contents);
  }
}
