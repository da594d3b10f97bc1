package org.colotape.replayer.replay;

/**
 * A replay stands behind the last event of a checkpoint.
 *
 * @param checkpoint its number; 0 is the initial migration
 * @param complete true if the recorder saw all of it; false if the recording ends or is damaged in
 *     it
 * @param flushed true if the cache was flushed to SVM RAM in it; always false for checkpoint 0
 * @param lastSeq the last event that was replayed
 */
public record CheckpointReached(int checkpoint, boolean complete, boolean flushed, long lastSeq) {}
