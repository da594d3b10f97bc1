package org.colotape.replayer.emission;

import java.nio.file.Path;
import org.colotape.schema.event.Direction;
import org.jspecify.annotations.Nullable;

/**
 * A channel that was written again, in one direction.
 *
 * @param channel its number
 * @param direction which way its bytes went
 * @param file where they are now
 * @param bytes how many
 * @param sha256 their SHA-256 in hexadecimal, or null if it was not asked for
 */
public record EmittedChannel(
    int channel, Direction direction, Path file, long bytes, @Nullable String sha256) {}
