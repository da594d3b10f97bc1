package org.colotape.analyzer.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.colotape.recorder.fixture.MultifdStreamBuilder;
import org.colotape.recorder.stream.ByteParser;
import org.colotape.recorder.stream.MultifdParser;
import org.colotape.recorder.stream.PageSize;
import org.colotape.recorder.stream.StreamParser;
import org.colotape.schema.event.Closing;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules of multifd, held against packets as they are parsed. */
class MultifdPacketsTest {
  private static final int METHOD_SHIFT = 1;
  private static final int LARGER_THAN_A_PIECE = (1 << 20) + 5;

  @Test
  void packetsOfADevicesStateMayComeAnywhereAndMoveNoNumber() {
    Verified verified =
        channel(packets ->
            packets
                .device("vfio-0", new byte[100])
                .pages(3, Healthy.BLOCK, 1, 0, 4096)
                .device("vfio-0", new byte[LARGER_THAN_A_PIECE])
                .device("vfio-1", new byte[0])
                .pages(MultifdStreamBuilder.SYNC, 4, Healthy.BLOCK, 1, 8192)
                .device("vfio-0", new byte[1])
                .sync(4));
    assertThat(verified.findings()).isEmpty();
  }

  @Test
  void aNumberThatGoesBackIsFoundBehindADevicesState() {
    Verified verified =
        channel(packets ->
            packets
                .pages(3, Healthy.BLOCK, 1, 0)
                .device("vfio-0", new byte[100])
                .pages(3, Healthy.BLOCK, 1, 0));
    assertThat(verified.broken()).containsExactly("multifd-packet-num");
  }

  @ParameterizedTest(name = "method {0}")
  @ValueSource(ints = {4, 8, 16})
  void pagesThatOnlyHardwareCanDecompressMayHaveNoEvents(int method) {
    Verified verified = channel(packets -> hardware(packets, method << METHOD_SHIFT));
    assertThat(verified.findings()).isEmpty();
  }

  @Test
  void aMethodOfHardwareDoesNotGoWithAnother() {
    Verified verified =
        channel(packets ->
            hardware(packets, MultifdStreamBuilder.QPL).zlib(9, Healthy.BLOCK, 1, 0, 4096));
    assertThat(verified.broken()).containsExactly("multifd-method");
  }

  @Test
  void dataThatARecordingLacksAreFound() {
    Consumer<MultifdStreamBuilder> device = packets -> packets.device("vfio-0", new byte[100]);
    Consumer<MultifdStreamBuilder> pages = packets -> hardware(packets, MultifdStreamBuilder.QPL);
    assertThat(withoutData(device).first("multifd-pages").text())
        .isEqualTo("0 bytes of data came of 100");
    assertThat(withoutData(pages).first("multifd-pages").text())
        .isEqualTo("0 bytes of data came of 50");
  }

  /** A packet with pages of both kinds, and a SYNC. */
  private static MultifdStreamBuilder hardware(MultifdStreamBuilder packets, int method) {
    byte[] data = new byte[50];
    Arrays.fill(data, (byte) 9);
    return packets
        .head(method, 128, 2, data.length, 5, 1, Healthy.BLOCK, 0, 4096, 8192)
        .raw(data)
        .sync(6);
  }

  private static Verified channel(Consumer<MultifdStreamBuilder> packets) {
    return verified(packets, event -> true);
  }

  private static Verified withoutData(Consumer<MultifdStreamBuilder> packets) {
    return verified(packets, event -> event.getKind() != Kind.MULTIFD_DATA);
  }

  /** A migration with one multifd channel, of whose events some are left out. */
  private static Verified verified(
      Consumer<MultifdStreamBuilder> packets, Predicate<Event> recorded) {
    MultifdStreamBuilder channel = MultifdStreamBuilder.channel(0).with(packets);
    return Verified.session(
        false,
        session -> {
          Consumer<Event> kept =
              event -> {
                if (recorded.test(event)) {
                  session.accept(event);
                }
              };
          feed(new StreamParser(0, session), new Healthy().upToDescription().bytes());
          feed(new MultifdParser(1, new PageSize(), kept), channel.bytes());
        });
  }

  private static void feed(ByteParser parser, byte[] bytes) {
    parser.feed(ByteBuffer.wrap(bytes));
    parser.end(Closing.FILE_ENDED, "end of file");
  }
}
