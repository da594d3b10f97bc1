package org.colotape.schema.layout;

import static org.assertj.core.api.Assertions.assertThat;

import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.log.SampleEvents;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class EventPlaceTest {
  private static final int PARTITIONS = 7;

  @Test
  void aPageAndAnObservationOfItGoToTheSamePartition() {
    SampleEvents sample = new SampleEvents(1);
    Event observation = sample.observation(2);
    long offset = observation.getObservation().getOffset();
    Event page = sample.rawPage("pc.ram", offset);

    assertThat(EventPlace.pagePartition(observation, PARTITIONS))
        .isEqualTo(EventPlace.pagePartition(page, PARTITIONS))
        .isEqualTo(PageRegion.partition("pc.ram", offset, SampleEvents.PAGE_SIZE, PARTITIONS));
  }

  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"PAGE", "OBSERVATION"})
  void everyOtherKindIsControl(Kind kind) {
    Event event = new SampleEvents(1).start();
    event.setKind(kind);

    assertThat(EventPlace.pagePartition(event, PARTITIONS)).isEqualTo(EventPlace.CONTROL);
  }
}
