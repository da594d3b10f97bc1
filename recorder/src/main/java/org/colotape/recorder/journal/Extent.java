package org.colotape.recorder.journal;

/**
 * How far a journal is written.
 *
 * @param segment number of the last segment
 * @param position behind its last whole record
 * @param closed true if nothing will follow
 */
record Extent(long segment, long position, boolean closed) {}
