package org.colotape.schema.layout;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.Memory;
import org.colotape.schema.event.StartPages;
import org.colotape.schema.log.SampleEvents;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class EventPlaceTest {
  private static final int PARTITIONS = 7;

  @Test
  void aPageItsObservationAndItsFirstStateGoToTheSamePartition() {
    SampleEvents sample = new SampleEvents(1);
    Event observation = sample.observation(2);
    long offset = observation.getObservation().getOffset();
    Event page = sample.rawPage("pc.ram", offset);
    Event state = sample.start();
    state.setKind(Kind.START_PAGES);
    state.setStartPages(
        new StartPages(
            List.of(Memory.SVM),
            "pc.ram",
            offset,
            SampleEvents.PAGE_SIZE,
            ByteBuffer.allocate(SampleEvents.PAGE_SIZE)));

    assertThat(EventPlace.pagePartition(observation, PARTITIONS))
        .isEqualTo(EventPlace.pagePartition(page, PARTITIONS))
        .isEqualTo(EventPlace.pagePartition(state, PARTITIONS))
        .isEqualTo(PageRegion.partition("pc.ram", offset, SampleEvents.PAGE_SIZE, PARTITIONS));
  }

  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"PAGE", "OBSERVATION", "START_PAGES"})
  void everyOtherKindIsControl(Kind kind) {
    Event event = new SampleEvents(1).start();
    event.setKind(kind);

    assertThat(EventPlace.pagePartition(event, PARTITIONS)).isEqualTo(EventPlace.CONTROL);
  }
}
