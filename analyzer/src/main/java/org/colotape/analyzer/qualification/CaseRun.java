package org.colotape.analyzer.qualification;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A case that was run.
 *
 * @param result what it comes to
 * @param tape the recording of it; null if nothing was recorded
 */
public record CaseRun(CaseResult result, @Nullable Path tape) {}
