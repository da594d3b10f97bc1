package org.colotape.analyzer.qualification;

import java.time.Duration;

/**
 * A cell of the table.
 *
 * @param of the case
 * @param result what it came to
 * @param time how long it took
 */
public record Cell(Case of, CaseResult result, Duration time) {}
