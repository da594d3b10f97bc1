package org.colotape.schema.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.colotape.schema.event.Event;

/** Compares lists of events without printing their pages. */
public final class EventAssertions {
  private EventAssertions() {}

  /** Fails at the first event that differs. */
  public static void assertSameEvents(List<Event> actual, List<Event> expected) {
    for (int i = 0; i < Math.min(actual.size(), expected.size()); i++) {
      assertThat(actual.get(i).equals(expected.get(i)))
          .as("event %d, %s, is as expected", i, expected.get(i).getKind())
          .isTrue();
    }
    assertThat(actual.size()).as("number of events").isEqualTo(expected.size());
  }
}
