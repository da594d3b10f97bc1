package org.colotape.schema.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.check.EventCheck;
import org.colotape.schema.check.SoundEvents;
import org.colotape.schema.codec.EventCodec;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.layout.EventPlace;
import org.colotape.schema.log.RecordingTotals;

/** Any bytes as a record of a topic: a sound event that stays what it is, or one line. */
class EventFuzzTest {
  private static final int HEAD = 10;

  /** Classes that are loaded with the first input, too. */
  private static final long ANYWAY = 16 << 20;

  private final EventCodec<Event> codec = EventCodec.events();

  /** What leads an event of the newest schema. */
  private final byte[] head =
      Arrays.copyOf(codec.encode(SoundEvents.of(Kind.END_OF_SECTIONS)), HEAD);

  @FuzzTest
  void anyBytesAreAnEventOrRefusedInOneLine(byte[] input) {
    byte[] record = Arrays.copyOf(head, HEAD + input.length);
    System.arraycopy(input, 0, record, HEAD, input.length);
    Allowance.check(ANYWAY, input.length, () -> enter(record));
    Allowance.check(ANYWAY, input.length, () -> enter(input));
  }

  private void enter(byte[] record) {
    try {
      Event event = codec.decode(ByteBuffer.wrap(record), () -> "here");
      EventCheck.check(event, () -> "here");
      new RecordingTotals().add(event);
      assertThat(EventPlace.pagePartition(event, 8)).isBetween(EventPlace.CONTROL, 7);
      assertThat(codec.decode(ByteBuffer.wrap(codec.encode(event)), () -> "again"))
          .isEqualTo(event);
    } catch (ColotapeException e) {
      assertThat(e.getMessage()).contains("(here): ").doesNotContain("\n");
    }
  }
}
