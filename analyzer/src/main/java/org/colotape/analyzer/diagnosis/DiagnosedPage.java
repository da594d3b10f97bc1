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
 */
record DiagnosedPage(
    PageId page,
    int checkpoint,
    Classification.Result result,
    long event,
    @Nullable Specimen specimen) {}
