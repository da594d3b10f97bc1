package org.colotape.schema.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.check.EntryCheck;
import org.colotape.schema.check.Limits;
import org.colotape.schema.codec.EventCodec;
import org.colotape.schema.event.Recording;
import org.colotape.schema.log.RecordingLog;
import org.colotape.schema.log.SampleEvents;

/** Any bytes as an entry of the catalogue: a sound one, or one line. */
class EntryFuzzTest {
  private static final int HEAD = 10;

  /** Classes that are loaded with the first input, too. */
  private static final long ANYWAY = 16 << 20;

  private final EventCodec<Recording> codec = EventCodec.recordings();

  /** What leads an entry of the newest schema. */
  private final byte[] head =
      Arrays.copyOf(codec.encode(SampleEvents.catalogueEntry("name", 1)), HEAD);

  @FuzzTest
  void anyBytesAreAnEntryOrRefusedInOneLine(byte[] input) {
    byte[] entry = Arrays.copyOf(head, HEAD + input.length);
    System.arraycopy(input, 0, entry, HEAD, input.length);
    Allowance.check(ANYWAY, input.length, () -> enter(entry));
    Allowance.check(ANYWAY, input.length, () -> enter(input));
  }

  private void enter(byte[] entry) {
    try {
      Recording recording =
          EntryCheck.check(codec.decode(ByteBuffer.wrap(entry), () -> "here"), () -> "here");
      assertThat(recording.getPagePartitions()).isBetween(1, Limits.MAX_PARTITIONS);
      assertThat(RecordingLog.identityOf(recording)).matches("[0-9a-f-]+");
    } catch (ColotapeException e) {
      assertThat(e.getMessage()).contains("(here): ").doesNotContain("\n");
    }
  }
}
