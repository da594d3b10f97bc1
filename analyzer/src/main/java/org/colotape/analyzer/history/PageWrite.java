package org.colotape.analyzer.history;

import org.colotape.analyzer.diff.PageBytes;
import org.colotape.schema.digest.PageDigest;
import org.jspecify.annotations.Nullable;

/**
 * A write to a page, as the stream told it.
 *
 * @param seq the event
 * @param checkpoint its checkpoint
 * @param channel its channel
 * @param streamOffset place of its first byte in the channel; -1 if it is not on the wire
 * @param how how the contents stood in the stream, for example "RAW" or "XBZRLE"
 * @param digest digest of the page behind it
 * @param changed number of bytes that became others
 * @param first place in the page of the first of them, or -1
 * @param before the page before it
 * @param after the page behind it
 */
public record PageWrite(
    long seq,
    int checkpoint,
    int channel,
    long streamOffset,
    String how,
    PageDigest digest,
    int changed,
    int first,
    @Nullable PageBytes before,
    PageBytes after) {}
