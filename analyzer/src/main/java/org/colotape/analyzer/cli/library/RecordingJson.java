package org.colotape.analyzer.cli.library;

import java.util.HexFormat;
import org.colotape.schema.event.Recording;

/**
 * A recording as {@code --json} prints it: the fields of the catalogue's entry.
 *
 * @param name its name
 * @param state OPEN, SEALED, FAILED, or UNKNOWN if a newer version wrote the entry
 * @param id its identity, 32 hexadecimal digits
 * @param createdAt when it was begun, in milliseconds since 1970
 * @param events number of events; 0 while OPEN
 * @param pages number of pages written; 0 while OPEN
 * @param wireBytes number of captured bytes; 0 while OPEN
 * @param lastCheckpoint the last checkpoint that was seen whole, or -1
 * @param pagePartitions number of partitions of the pages topic
 * @param note what the user should know, or empty
 */
record RecordingJson(
    String name,
    String state,
    String id,
    long createdAt,
    long events,
    long pages,
    long wireBytes,
    int lastCheckpoint,
    int pagePartitions,
    String note) {
  static RecordingJson of(Recording recording) {
    return new RecordingJson(
        recording.getName(),
        recording.getState().name(),
        HexFormat.of().formatHex(recording.getId().bytes()),
        recording.getCreatedAt(),
        recording.getEvents(),
        recording.getPages(),
        recording.getWireBytes(),
        recording.getLastCheckpoint(),
        recording.getPagePartitions(),
        recording.getNote());
  }
}
