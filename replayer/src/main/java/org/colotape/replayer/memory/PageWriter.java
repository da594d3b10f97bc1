package org.colotape.replayer.memory;

/**
 * The event that last wrote a page.
 *
 * @param seq its place in the recording
 * @param streamOffset place of its first wire byte in its channel
 * @param checkpoint the checkpoint it belongs to
 */
public record PageWriter(long seq, long streamOffset, int checkpoint) {}
