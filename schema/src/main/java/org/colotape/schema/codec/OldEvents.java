package org.colotape.schema.codec;

import java.util.Set;
import java.util.function.Consumer;
import org.apache.avro.Schema;
import org.colotape.schema.event.ChannelEnd;
import org.colotape.schema.event.Closing;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Opaque;
import org.colotape.schema.event.RecordingStart;

/**
 * Fills in what recorders of schema versions 1 to 3 said in texts only, and later ones say in
 * fields. These texts are looked at nowhere else.
 */
public final class OldEvents {
  /** The last version of the schema that lacks these fields. */
  private static final int LAST = 3;

  private static final Set<String> CUTS =
      Set.of(
          "the stream ends in the middle of an element",
          "the return path ends in the middle of a message");

  private static final String TAP = ": tap at ";
  private static final String BROKEN = "connection broken";

  private OldEvents() {}

  /**
   * What completes events that were written with a schema: nothing where it has these fields.
   *
   * @param written a published version
   */
  public static Consumer<Event> completing(Schema written) {
    int version = SchemaVersions.of(Event.getClassSchema()).published().indexOf(written) + 1;
    return version >= 1 && version <= LAST ? OldEvents::complete : event -> {};
  }

  /** Completes an event that was read; what it lacks, it goes on lacking. */
  private static void complete(Event event) {
    Opaque opaque = event.getOpaque();
    if (opaque != null) {
      opaque.setCut(CUTS.contains(opaque.getReason()));
    }
    RecordingStart start = event.getStart();
    if (start != null) {
      start.setLive(start.getSources().stream().anyMatch(source -> source.contains(TAP)));
    }
    ChannelEnd end = event.getChannelEnd();
    if (end != null) {
      end.setClosing(closing(end.getReason()));
    }
  }

  private static Closing closing(String reason) {
    return switch (reason) {
      case "connection closed" -> Closing.CLOSED;
      case "the tap was closed" -> Closing.STOPPED;
      case "end of file" -> Closing.FILE_ENDED;
      default -> reason.startsWith(BROKEN) ? Closing.BROKEN : Closing.UNKNOWN;
    };
  }
}
