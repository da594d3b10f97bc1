package org.colotape.analyzer.diff;

import org.colotape.replayer.memory.PageWriter;
import org.jspecify.annotations.Nullable;

/**
 * A page on which two memories differ, with the evidence.
 *
 * @param checkpoint the checkpoint behind which they were compared
 * @param block name of the RAM block
 * @param offset offset of the page in the block, in bytes
 * @param pair which memories differ
 * @param left what the pair's left memory held
 * @param right what the pair's right memory held
 * @param firstDifference place in the page of the first byte that differs, or -1 if the bytes of a
 *     side are not known
 * @param lastSent the event that last carried the page in the stream, or null if none did
 */
public record Divergence(
    int checkpoint,
    String block,
    long offset,
    MemoryPair pair,
    Side left,
    Side right,
    int firstDifference,
    @Nullable PageWriter lastSent) {}
