package org.colotape.schema.log;

import java.util.function.BooleanSupplier;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.event.Event;

/**
 * Takes the events of one recording in {@code seq} order. Used by one thread.
 *
 * <p>A sink that is closed without {@link #seal} leaves the recording unsealed, but all that was
 * acknowledged readable.
 */
public interface EventSink extends AutoCloseable {
  /**
   * Takes one event. It may reach its medium later; a failure then shows at a later call, at the
   * latest in {@link #seal}. The sink may fill in {@code pageEnds}, and keeps nothing of the event
   * after it returns.
   *
   * @throws ColotapeException if this or an earlier event could not be written; the recording has
   *     then failed
   */
  void accept(Event event);

  /**
   * Number of events that were accepted and are not yet acknowledged by the medium: how far it lags
   * behind.
   */
  default long unacknowledged() {
    return 0;
  }

  /**
   * A question that can be asked at any time: whether all events that were accepted until now are
   * acknowledged by the medium.
   */
  default BooleanSupplier acknowledgement() {
    return () -> true;
  }

  /**
   * Waits until every event is acknowledged by its medium, then marks the recording as sealed.
   *
   * @throws ColotapeException if an event could not be written
   */
  void seal();

  /** Releases what the sink holds. */
  @Override
  void close();
}
