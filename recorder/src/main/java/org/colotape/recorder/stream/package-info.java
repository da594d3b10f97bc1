/**
 * Bytes to events: push parsers for the migration stream and the return path. They take bytes of
 * any chunking, hold no more than one element in memory, and give each byte to exactly one event;
 * what they can't parse becomes opaque events until the next point that can be trusted.
 */
@NullMarked
package org.colotape.recorder.stream;

import org.jspecify.annotations.NullMarked;
