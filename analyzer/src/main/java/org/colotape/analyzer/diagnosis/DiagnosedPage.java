package org.colotape.analyzer.diagnosis;

/**
 * A page with its cause.
 *
 * @param page the page
 * @param checkpoint at which it first diverges
 * @param result what was found
 * @param event the event that last carried it, or -1
 */
record DiagnosedPage(PageId page, int checkpoint, Classification.Result result, long event) {}
