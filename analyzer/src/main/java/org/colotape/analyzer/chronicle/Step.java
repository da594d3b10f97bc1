package org.colotape.analyzer.chronicle;

import org.colotape.schema.event.Direction;

/**
 * One step of a checkpoint: a message, or events of one sort in one direction that followed each
 * other.
 *
 * @param sort what it is
 * @param direction which way it went; NONE if it was not on the wire
 * @param name the message, or what was carried, in a few words
 * @param text what it says or how much it was; may be empty
 * @param firstSeq its first event
 * @param lastSeq its last event
 * @param events number of its events
 * @param bytes its wire bytes
 * @param time when its first byte was captured, in nanoseconds since 1970
 */
public record Step(
    Sort sort,
    Direction direction,
    String name,
    String text,
    long firstSeq,
    long lastSeq,
    long events,
    long bytes,
    long time) {
  /** What a step is. */
  public enum Sort {
    /** Header and configuration of the stream. */
    HEADER,
    /** Guest memory: block list, pages, and what is between them. */
    RAM,
    /** State of devices. */
    DEVICES,
    /** The description of the device state. */
    DESCRIPTION,
    /** A command, or the end of sections: an element of the stream that carries nothing big. */
    COMMAND,
    /** A COLO message. */
    MESSAGE,
    /** A message of an ordinary migration's return path. */
    REPLY,
    /** Bytes that could not be parsed. */
    UNPARSED,
    /** The end of a channel. */
    END,
    /** A look at a memory. */
    OBSERVATION,
    /** What the recording says of itself. */
    NOTE
  }
}
