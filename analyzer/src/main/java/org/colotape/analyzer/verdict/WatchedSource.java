package org.colotape.analyzer.verdict;

import java.util.function.Consumer;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Recording;
import org.colotape.schema.log.EventSource;
import org.jspecify.annotations.Nullable;

/**
 * An event source that shows each event to someone else before it gives it away.
 *
 * @param source the events; closed with this
 * @param watcher is shown them
 */
public record WatchedSource(EventSource source, Consumer<Event> watcher) implements EventSource {
  @Override
  public Recording recording() {
    return source.recording();
  }

  @Override
  public @Nullable Event next() {
    Event event = source.next();
    if (event != null) {
      watcher.accept(event);
    }
    return event;
  }

  @Override
  public void close() {
    source.close();
  }
}
