package org.colotape.analyzer.diagnosis;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.colotape.schema.event.Memory;

/**
 * What was seen of a page, and what else explains it: the reason why a cause is less than certain.
 *
 * @param where the memory that was seen; for the PVM what was sent of it
 * @param sharing who else holds what was seen
 * @param also further causes that explain it
 * @param reason why the cause is not certain though nothing else explains it; or empty
 */
record Doubt(Memory where, Sharing sharing, List<Cause> also, String reason) {
  /** Nothing rests on the contents. */
  static final Doubt NONE = because("");

  /** Doubt that has nothing to do with who else holds the contents. */
  static Doubt because(String reason) {
    return new Doubt(Memory.PVM, Sharing.ALONE, List.of(), reason);
  }

  /**
   * The sentence on pages for which the cause is less than certain.
   *
   * @param pages how many, in words
   * @param one true if it is one page
   * @param claim the sentence if it were certain
   */
  String sentence(String pages, boolean one, Cause cause, String claim) {
    if (sharing == Sharing.ALONE) {
      String more = also.isEmpty() ? reason : names(also.stream()) + " would look the same";
      return more.isEmpty() ? claim : claim + "; " + more;
    }
    String seen =
        switch (where) {
          case PVM, UNKNOWN -> pages + (one ? " was sent and holds " : " were sent and hold ");
          case CACHE -> pages + " of the cache " + (one ? "holds " : "hold ");
          case SVM -> pages + " of SVM RAM " + (one ? "holds " : "hold ");
        };
    return cause == Cause.UNEXPLAINED
        ? seen + sharing.text() + ", so where that comes from is not known"
        : "%s%s: %s or something else, which is not known"
            .formatted(seen, sharing.text(), names(Stream.concat(Stream.of(cause), also.stream())));
  }

  private static String names(Stream<Cause> causes) {
    return causes.map(Cause::text).collect(Collectors.joining(" or "));
  }
}
