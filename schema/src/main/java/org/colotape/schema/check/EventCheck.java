package org.colotape.schema.check;

import java.util.function.Supplier;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.jspecify.annotations.Nullable;

/**
 * Whether an event is what the schema promises: it has the field of its kind and no other, and
 * numbers that can be what they stand for. What a damaged stream may hold is no reason to refuse an
 * event, for example a page that lies outside of its block.
 *
 * <p>It looks at one event alone, whatever came before. A sound event costs a few comparisons and
 * no memory.
 */
public final class EventCheck {
  private EventCheck() {}

  /**
   * Lets a sound event pass. Of a {@link Kind#UNKNOWN kind} that only a later schema knows, no more
   * than its place is looked at.
   *
   * @param where tells where the event comes from, for the error message
   * @throws ColotapeException if the event breaks what the schema promises
   */
  public static void check(Event event, Supplier<String> where) {
    String fault = PlaceCheck.fault(event);
    demandNone(fault == null ? faultOfContents(event) : fault, event, where);
  }

  /**
   * As {@link #check}, of an event that was given no place in a recording yet.
   *
   * @throws ColotapeException as {@link #check}
   */
  public static void checkContents(Event event, Supplier<String> where) {
    demandNone(faultOfContents(event), event, where);
  }

  private static @Nullable String faultOfContents(Event event) {
    if (event.getKind() == Kind.UNKNOWN) {
      return null;
    }
    String field = FieldCheck.fault(event);
    return field == null ? ContentsCheck.fault(event) : field;
  }

  private static void demandNone(@Nullable String fault, Event event, Supplier<String> where) {
    if (fault != null) {
      throw new ColotapeException(
          "event " + event.getSeq() + " is no sound " + event.getKind() + ": " + fault,
          where.get(),
          "restore it from a copy, or record again; what comes before can be read");
    }
  }
}
