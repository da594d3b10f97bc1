package org.colotape.analyzer.diagnosis;

import java.util.List;
import java.util.SequencedMap;
import org.colotape.analyzer.diff.PageSet;

/**
 * One thing that went wrong: all pages that first diverged at one checkpoint for one cause, or a
 * message out of turn.
 *
 * @param cause what went wrong
 * @param checkpoint where it shows first
 * @param origin the checkpoint that stale contents come from, or -1
 * @param pages the pages of each RAM block; empty if it is about no page
 * @param events events that show it: the last that carried one of the pages, or the message
 * @param confidence how sure that is
 * @param text one sentence
 * @param specimens some of the pages, with what the memories held of them; empty if it is about no
 *     page, or about pages that do not differ
 */
public record Fault(
    Cause cause,
    int checkpoint,
    int origin,
    SequencedMap<String, PageSet> pages,
    List<Long> events,
    Confidence confidence,
    String text,
    List<Specimen> specimens) {
  /** A fault without specimens. */
  public Fault(
      Cause cause,
      int checkpoint,
      int origin,
      SequencedMap<String, PageSet> pages,
      List<Long> events,
      Confidence confidence,
      String text) {
    this(cause, checkpoint, origin, pages, events, confidence, text, List.of());
  }

  /** How sure a diagnosis is. */
  public enum Confidence {
    /** Bytes that the recording has show it. */
    CERTAIN,
    /** The history of the page leaves hardly another reason. */
    LIKELY,
    /** It fits, and so may others. */
    POSSIBLE
  }

  /** Number of pages. */
  public int size() {
    return pages.values().stream().mapToInt(PageSet::size).sum();
  }
}
