package org.colotape.analyzer.diagnosis;

import org.jspecify.annotations.Nullable;

/**
 * A page with its cause.
 *
 * @param page the page
 * @param checkpoint at which it first diverges
 * @param result what was found
 * @param event the event that last carried it, or -1
 * @param specimen what the memories held, or null if it is not to be shown
 * @param again at how many later checkpoints SVM RAM was seen to hold the same wrong contents; 0 if
 *     it was seen to hold others, or that is of no interest
 */
record DiagnosedPage(
    PageId page,
    int checkpoint,
    Classification.Result result,
    long event,
    @Nullable Specimen specimen,
    int again) {
  /** A page of which only the first time matters. */
  DiagnosedPage(
      PageId page,
      int checkpoint,
      Classification.Result result,
      long event,
      @Nullable Specimen specimen) {
    this(page, checkpoint, result, event, specimen, 0);
  }

  /** The same, with what was seen of it later. */
  DiagnosedPage seenAgain(int times) {
    return new DiagnosedPage(page, checkpoint, result, event, specimen, times);
  }
}
