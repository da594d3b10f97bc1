package org.colotape.recorder.session;

import java.util.function.Consumer;
import org.colotape.schema.event.Event;

/**
 * Adds observations of guest memory to a recording, at the end of the checkpoints that they belong
 * to.
 */
public interface CheckpointObserver {
  /** Observes nothing. */
  CheckpointObserver NONE =
      new CheckpointObserver() {
        @Override
        public void see(Event event) {}

        @Override
        public void observe(int checkpoint, Consumer<Event> observations) {}
      };

  /** Is shown each event of the recording, to know what the stream last said of a page. */
  void see(Event event);

  /**
   * Emits what is to be observed at this checkpoint. Called behind its last event, before it is
   * sealed.
   *
   * @param observations takes events of kind OBSERVATION, of which only that field is filled in
   */
  void observe(int checkpoint, Consumer<Event> observations);
}
