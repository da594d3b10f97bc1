package org.colotape.analyzer.chronicle;

import java.util.ArrayList;
import java.util.List;
import org.colotape.schema.event.Event;
import org.jspecify.annotations.Nullable;

/** Makes steps of events: events of one subject that follow each other are one. */
final class StepWriter {
  /** A stream of odd messages must not fill the heap. */
  private static final int MOST = 400;

  private final List<Step> steps = new ArrayList<>();
  private @Nullable Passage open;
  private int further;

  void see(Event event) {
    Subject subject = Subject.of(event);
    if (subject == null) {
      return;
    }
    if (open == null || !open.goesOn(subject, event)) {
      close();
      open = new Passage(subject, event);
    }
    open.add(event);
  }

  private void close() {
    if (open == null) {
      return;
    }
    if (steps.size() < MOST) {
      steps.add(open.step());
    } else {
      further++;
    }
    open = null;
  }

  /** The steps; nothing more comes. */
  List<Step> steps() {
    close();
    return List.copyOf(steps);
  }

  /** How many steps more there were. */
  int further() {
    return further;
  }
}
