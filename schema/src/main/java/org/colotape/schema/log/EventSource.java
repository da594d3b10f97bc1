package org.colotape.schema.log;

import java.util.Iterator;
import java.util.NoSuchElementException;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Recording;
import org.jspecify.annotations.Nullable;

/**
 * Gives the events of one recording in {@code seq} order, each once. Used by one thread.
 *
 * <p>Whoever reads from a source trusts its events. A source that takes them from outside of the
 * program holds each to {@link org.colotape.schema.check.EventCheck}.
 */
public interface EventSource extends AutoCloseable, Iterable<Event> {
  /** What the catalogue, or the head of the tape, says of the recording. */
  Recording recording();

  /**
   * The next event, or null behind the last one that was there when the source was opened. The
   * event is the caller's.
   *
   * @throws ColotapeException if an event can't be read, is of an unknown schema, or is missing
   */
  @Nullable Event next();

  /** The events that are left, for one pass. */
  @Override
  default Iterator<Event> iterator() {
    return new Iterator<>() {
      private @Nullable Event ahead = EventSource.this.next();

      @Override
      public boolean hasNext() {
        return ahead != null;
      }

      @Override
      public Event next() {
        Event event = ahead;
        if (event == null) {
          throw new NoSuchElementException();
        }
        ahead = EventSource.this.next();
        return event;
      }
    };
  }

  /** Releases what the source holds. */
  @Override
  void close();
}
