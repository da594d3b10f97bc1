package org.colotape.schema.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.time.Duration;
import org.colotape.schema.digest.RunningDigest;
import org.colotape.schema.event.Direction;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.Padding;
import org.junit.jupiter.api.Test;

final class StreamBytesTest {
  private final SampleEvents sample = new SampleEvents(1);

  @Test
  void anEventStandsForItsWireBytes() throws IOException {
    Event page = sample.rawPage("pc.ram", 0);

    assertThat(StreamBytes.length(page)).isEqualTo(page.getWire().remaining());
    assertThat(StreamBytes.hole(page)).isZero();
    assertThat(written(page)).isEqualTo(page.getWire().array());
  }

  @Test
  void paddingWithoutWireBytesStandsForAsManyZerosAsItSays() throws IOException {
    Event hole = padding(200_000, new byte[0]);

    assertThat(StreamBytes.length(hole)).isEqualTo(200_000);
    assertThat(StreamBytes.hole(hole)).isEqualTo(200_000);
    assertThat(written(hole)).isEqualTo(new byte[200_000]);
  }

  @Test
  void paddingWithWireBytesStandsForThose() throws IOException {
    Event kept = padding(3, new byte[] {1, 0, 2});

    assertThat(StreamBytes.length(kept)).isEqualTo(3);
    assertThat(StreamBytes.hole(kept)).isZero();
    assertThat(written(kept)).containsExactly(1, 0, 2);
  }

  @Test
  void anEventOfTheRecorderItselfStandsForNothing() throws IOException {
    Event seal = sample.seal();

    assertThat(StreamBytes.length(seal)).isZero();
    assertThat(written(seal)).isEmpty();
  }

  @Test
  void paddingOfADamagedRecordingStandsForNoNegativeNumberOfBytes() {
    Event hole = padding(-5, new byte[0]);
    Event without = padding(5, new byte[0]);
    without.setPadding(null);

    assertThat(StreamBytes.length(hole)).isZero();
    assertThat(StreamBytes.length(without)).isZero();
  }

  @Test
  void aHoleCountsInTheTotals() {
    RecordingTotals totals = new RecordingTotals();

    totals.add(padding(70_000, new byte[0]));

    assertThat(totals.wireBytes()).isEqualTo(70_000);
  }

  @Test
  void theDigestOfAHoleIsThatOfItsLengthHoweverLongItIs() {
    RunningDigest digest = new RunningDigest();
    long length = 1L << 44;

    assertTimeoutPreemptively(
        Duration.ofSeconds(5), () -> StreamBytes.digest(padding(length, new byte[0]), digest));

    RunningDigest expected = new RunningDigest();
    expected.add(ByteBuffer.allocate(Long.BYTES).putLong(0, length));
    assertThat(digest.finish()).isEqualTo(expected.finish());
  }

  private static Event padding(long length, byte[] wire) {
    Event event = new Event();
    event.setKind(Kind.PADDING);
    event.setDirection(Direction.PVM_TO_SVM);
    event.setWire(ByteBuffer.wrap(wire));
    event.setPadding(new Padding(length));
    return event;
  }

  private static byte[] written(Event event) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    StreamBytes.writeTo(event, Channels.newChannel(bytes));
    return bytes.toByteArray();
  }
}
