package org.colotape.analyzer.diff;

import org.colotape.replayer.memory.PageWriter;
import org.colotape.schema.digest.PageDigest;
import org.colotape.schema.event.Memory;
import org.jspecify.annotations.Nullable;

/**
 * What one memory held of a page.
 *
 * @param memory which one
 * @param source {@link Source#OBSERVED} or {@link Source#MODEL}
 * @param digest digest of the page
 * @param bytes its contents, or null if the recording has only the digest of an observed page
 * @param lastWriter the event that last wrote the page in this memory; null if none did, or the
 *     page was observed
 */
public record Side(
    Memory memory,
    Source source,
    PageDigest digest,
    @Nullable PageBytes bytes,
    @Nullable PageWriter lastWriter) {}
