package org.colotape.analyzer.cli.record;

import java.util.function.BooleanSupplier;
import org.colotape.schema.event.Event;
import org.colotape.schema.log.EventSink;

/** Passes events on, watched, and remembers how that went. */
final class WatchedSink implements EventSink {
  private final EventSink sink;
  private final MainWatch watch;
  private boolean failed;
  private boolean sealed;

  WatchedSink(EventSink sink, MainWatch watch) {
    this.sink = sink;
    this.watch = watch;
  }

  @Override
  public void accept(Event event) {
    watch.see(event);
    failed = true;
    sink.accept(event);
    failed = false;
  }

  /** What was seen of the main channel. */
  MainWatch watch() {
    return watch;
  }

  /** True if the last event was not taken: the recording has failed. */
  boolean failed() {
    return failed;
  }

  /** True if every event was acknowledged. */
  boolean sealed() {
    return sealed;
  }

  @Override
  public long unacknowledged() {
    return sink.unacknowledged();
  }

  @Override
  public BooleanSupplier acknowledgement() {
    return sink.acknowledgement();
  }

  @Override
  public void seal() {
    sink.seal();
    sealed = true;
  }

  @Override
  public void close() {
    sink.close();
  }
}
