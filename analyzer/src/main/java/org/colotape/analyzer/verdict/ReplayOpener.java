package org.colotape.analyzer.verdict;

import java.util.function.UnaryOperator;
import org.colotape.replayer.replay.ObservationListener;
import org.colotape.replayer.timeline.Fork;
import org.colotape.schema.log.EventSource;

/** Begins the replay that an analysis follows. */
@FunctionalInterface
public interface ReplayOpener {
  /**
   * Begins it.
   *
   * @param watch to be wrapped around its events
   * @param observations to be told of observations
   */
  Fork open(UnaryOperator<EventSource> watch, ObservationListener observations);
}
