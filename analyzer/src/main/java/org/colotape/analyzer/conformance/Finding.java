package org.colotape.analyzer.conformance;

import org.colotape.schema.event.Direction;

/**
 * A place where a stream does not keep to a rule.
 *
 * @param rule the rule
 * @param channel number of the channel
 * @param direction which way its bytes went; NONE if the finding is about the recording itself
 * @param streamOffset where in that channel, in bytes; -1 if it is not on the wire
 * @param checkpoint the checkpoint; 0 is the initial migration
 * @param seq the event
 * @param path where in the stream's structure, for example "vmstate blob, section 7 (cpu)"
 * @param text what is wrong
 */
public record Finding(
    Rule rule,
    int channel,
    Direction direction,
    long streamOffset,
    int checkpoint,
    long seq,
    String path,
    String text) {}
