package org.colotape.analyzer.diagnosis;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.colotape.analyzer.diagnosis.Classification.Result;
import org.colotape.analyzer.diagnosis.Fault.Confidence;
import org.colotape.schema.event.Memory;

/**
 * All that explains the contents of one page, and how sure the first of it is. Here, and nowhere
 * else, equal contents become confidence: they are a proof only if one explanation fits, and if no
 * page holds them that has nothing to do with it.
 */
final class Explanations {
  private record Explanation(Cause cause, int origin, Confidence most, String reason) {}

  private final Memory where;
  private final Sharing sharing;

  /** In the order in which they were added. */
  private final SequencedMap<Cause, Explanation> fitting = new LinkedHashMap<>();

  /**
   * @param where the memory that holds the contents; for the PVM they are what was sent
   * @param sharing who else holds them
   */
  Explanations(Memory where, Sharing sharing) {
    this.where = where;
    this.sharing = sharing;
  }

  /**
   * Adds what explains the contents, too.
   *
   * @param origin the checkpoint that the contents come from, or -1
   * @param most how sure it is if nothing else fits, and nobody else holds the contents
   */
  void add(Cause cause, int origin, Confidence most) {
    add(cause, origin, most, "");
  }

  /**
   * Adds what explains the contents, too.
   *
   * @param origin the checkpoint that the contents come from, or -1
   * @param most how sure it is if nothing else fits, and nobody else holds the contents
   * @param reason why it is not certain even then, in words
   */
  void add(Cause cause, int origin, Confidence most, String reason) {
    fitting.putIfAbsent(cause, new Explanation(cause, origin, most, reason));
  }

  /** True if nothing fits so far. */
  boolean isEmpty() {
    return fitting.isEmpty();
  }

  /**
   * What was added first.
   *
   * @param otherwise the cause if nothing was
   */
  Result best(Cause otherwise) {
    if (sharing == Sharing.ANOTHER || sharing == Sharing.SEVERAL) {
      add(Cause.OTHER_PAGE, -1, Confidence.CERTAIN);
    }
    if (fitting.isEmpty()) {
      add(otherwise, -1, Confidence.POSSIBLE);
    }
    Explanation first = fitting.firstEntry().getValue();
    List<Cause> also = fitting.keySet().stream().skip(1).toList();
    return new Result(
        first.cause(),
        first.origin(),
        also.isEmpty() && isProof(first.cause()) ? first.most() : Confidence.POSSIBLE,
        new Doubt(where, sharing, also, first.reason()));
  }

  /** That they are another page's needs one other page that holds them. */
  private boolean isProof(Cause cause) {
    return sharing == Sharing.ALONE || (sharing == Sharing.ANOTHER && cause == Cause.OTHER_PAGE);
  }
}
