package org.colotape.recorder.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.colotape.recorder.fixture.Events;
import org.colotape.recorder.fixture.MultifdStreamBuilder;
import org.colotape.recorder.fixture.Parsing;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.MultifdMethod;
import org.colotape.schema.event.MultifdPacket;
import org.colotape.schema.event.MultifdStart;
import org.colotape.schema.event.Page;
import org.colotape.schema.event.PageEncoding;
import org.colotape.schema.layout.PageRegion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The packets of a multifd channel become events. */
class MultifdParserTest {
  private static final String RAM = "pc.ram";

  @Test
  void aChannelBeginsWithItsIdAndTheUuidOfTheVm() {
    Events events = parse(MultifdStreamBuilder.channel(3));

    assertThat(events.only(Kind.MULTIFD_START).getMultifdStart())
        .isEqualTo(new MultifdStart(1L, "00112233-4455-6677-8899-aabbccddeeff", 3));
    assertThat(events.end().getAtBoundary()).isTrue();
  }

  @Test
  void eachPageOfAPacketIsAnEventWithItsBytes() {
    Events events = parse(channel().pages(7, RAM, 5, 0x3000, 0x1000));

    MultifdPacket packet = events.only(Kind.MULTIFD_PACKET).getPacket();
    assertThat(packet.getNumber()).isEqualTo(7);
    assertThat(packet.getBlock()).isEqualTo(RAM);
    assertThat(packet.getMethod()).isEqualTo(MultifdMethod.NONE);
    assertThat(packet.getSync()).isFalse();
    assertThat(packet.getNormalPages()).isEqualTo(2);
    assertThat(packet.getDataLength()).isEqualTo(8192);
    assertThat(events.pages()).extracting(Page::getOffset).containsExactly(0x3000L, 0x1000L);
    assertThat(events.pages()).extracting(Page::getEncoding).containsOnly(PageEncoding.RAW);
    assertThat(events.pages()).extracting(page -> page.getPacket().getIndex()).containsOnly(-1);
    byte[] second = new byte[4096];
    Arrays.fill(second, (byte) 6);
    assertThat(Events.wire(events.of(Kind.PAGE).get(1))).isEqualTo(second);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ZLIB", "ZSTD"})
  void compressedPagesStandInOneEventAndAreCountedBehindIt(MultifdMethod method) {
    MultifdStreamBuilder channel = channel();
    Events events =
        parse(
            method == MultifdMethod.ZLIB
                ? channel.zlib(1, RAM, 5, 0, 0x2000)
                : channel.zstd(1, RAM, 5, 0, 0x2000));

    assertThat(events.kinds())
        .containsExactly(
            Kind.MULTIFD_START, Kind.MULTIFD_PACKET, Kind.MULTIFD_DATA, Kind.PAGE, Kind.PAGE);
    assertThat(events.only(Kind.MULTIFD_PACKET).getPacket().getMethod()).isEqualTo(method);
    assertThat(events.only(Kind.MULTIFD_DATA).getWire().remaining())
        .isEqualTo((int) events.only(Kind.MULTIFD_PACKET).getPacket().getDataLength());
    assertThat(events.pages())
        .extracting(Page::getEncoding)
        .containsOnly(
            method == MultifdMethod.ZLIB ? PageEncoding.ZLIB_STREAM : PageEncoding.ZSTD_STREAM);
    assertThat(events.pages()).extracting(p -> p.getPacket().getIndex()).containsExactly(0, 1);
    assertThat(events.of(Kind.PAGE)).noneMatch(event -> event.getWire().hasRemaining());
  }

  @Test
  void zeroPagesThatFollowEachOtherAreOneRun() {
    Events events = parse(channel().zeros(1, RAM, 0, 0x1000, 0x2000, 0x8000, 0x7000));

    assertThat(events.pages()).extracting(Page::getOffset).containsExactly(0L, 0x8000L, 0x7000L);
    assertThat(events.pages()).extracting(Page::getPages).containsExactly(3, 1, 1);
    assertThat(events.pages()).extracting(Page::getEncoding).containsOnly(PageEncoding.ZERO);
  }

  @Test
  void aRunOfZeroPagesEndsAtAPageRegion() {
    long region = (long) PageRegion.pagesLeft(0, 4096) * 4096;
    long[] offsets = LongStream.range(-2, 2).map(page -> region + page * 4096).toArray();

    assertThat(parse(channel().zeros(1, RAM, offsets)).pages())
        .extracting(Page::getPages)
        .containsExactly(2, 2);
  }

  @Test
  void zeroPagesOfAPacketComeBehindItsNormalOnes() {
    Events events = parse(channel().mixed(1, RAM, 9, 0x9000, 0x1000, 0x2000));

    assertThat(events.pages())
        .extracting(Page::getEncoding)
        .containsExactly(PageEncoding.RAW, PageEncoding.ZERO);
    assertThat(events.only(Kind.MULTIFD_PACKET).getPacket().getZeroPages()).isEqualTo(2);
  }

  @Test
  void aLengthThatIsLeftOverInAPacketWithoutPagesHasNoDataBehindIt() {
    Events events =
        parse(
            channel()
                .stale(MultifdStreamBuilder.SYNC, 4)
                .stale(0, 4)
                .pages(MultifdStreamBuilder.SYNC, 5, RAM, 1, 0));

    assertThat(events.opaque()).isEmpty();
    assertThat(events.of(Kind.MULTIFD_PACKET).stream().map(e -> e.getPacket().getSync()))
        .containsExactly(true, false, true);
    assertThat(events.of(Kind.MULTIFD_PACKET).getFirst().getPacket().getDataLength()).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {1024, 8192, 16384, 65536})
  void headsAndPagesAreOfThePageSizeThatTheMainChannelStates(int size) {
    MultifdStreamBuilder channel =
        MultifdStreamBuilder.channel(0, size)
            .sync(0)
            .pages(1, RAM, 1, 0, size)
            .zeros(2, RAM, 2L * size, 3L * size);

    Events events = Parsing.multifd(channel.bytes(), size);

    assertThat(events.opaque()).isEmpty();
    assertThat(events.pages()).extracting(Page::getPageSize).containsOnly(size);
    assertThat(events.pages()).extracting(Page::getPages).containsExactly(1, 1, 2);
    assertThat(events.end().getAtBoundary()).isTrue();
  }

  @Test
  void dataThatOnlyHardwareCanDecompressAreKept() {
    Events events =
        parse(channel().packed(MultifdStreamBuilder.QPL, 1, RAM, new byte[100], 0).sync(2));

    assertThat(events.kinds())
        .containsExactly(
            Kind.MULTIFD_START, Kind.MULTIFD_PACKET, Kind.MULTIFD_DATA, Kind.MULTIFD_PACKET);
    assertThat(events.of(Kind.MULTIFD_PACKET).getFirst().getPacket().getMethod())
        .isEqualTo(MultifdMethod.QPL);
  }

  @Test
  void aDevicesStateHasAnotherHeadAndStandsInPiecesOfOneMebibyte() {
    byte[] state = new byte[(5 << 20) / 2];
    Events events = parse(channel().device("0000:00:05.0/vfio", state).sync(2));

    MultifdPacket packet = events.of(Kind.MULTIFD_PACKET).getFirst().getPacket();
    assertThat(packet.getDevice()).isEqualTo("0000:00:05.0/vfio");
    assertThat(packet.getDataLength()).isEqualTo(state.length);
    assertThat(events.of(Kind.MULTIFD_DATA).stream().map(e -> e.getWire().remaining()))
        .containsExactly(1 << 20, 1 << 20, 1 << 19);
    assertThat(events.of(Kind.MULTIFD_DATA).stream().map(e -> e.getPacketData().getPosition()))
        .containsExactly(0L, 1L << 20, 2L << 20);
    assertThat(events.opaque()).isEmpty();
    assertThat(events.of(Kind.MULTIFD_PACKET).get(1).getPacket().getSync()).isTrue();
  }

  @Test
  void aPacketThatIsCutKeepsTheBytesBehindItsLastWholePage() {
    byte[] bytes = channel().pages(1, RAM, 1, 0, 0x1000).bytes();
    Events events = Parsing.multifd(Arrays.copyOf(bytes, bytes.length - 1), 4096);

    assertThat(events.pages()).hasSize(1);
    assertThat(events.opaqueBytes()).isEqualTo(4095);
    assertThat(events.opaque().getFirst().getReason()).contains("ends in the middle");
    assertThat(events.end().getAtBoundary()).isFalse();
  }

  @Test
  void parsingGoesOnAtTheNextPacketBehindADamagedHead() {
    MultifdStreamBuilder channel = channel().pages(1, RAM, 1, 0);
    int damaged = channel.position();
    byte[] bytes = channel.pages(2, RAM, 2, 0x1000).pages(3, RAM, 3, 0x2000).bytes();
    bytes[damaged] ^= 1;

    Events events = Parsing.multifd(bytes, 4096);

    assertThat(events.wire()).isEqualTo(bytes);
    assertThat(events.pages()).extracting(Page::getOffset).containsExactly(0L, 0x2000L);
    assertThat(events.only(Kind.OPAQUE).getStreamOffset()).isEqualTo(damaged);
    assertThat(events.opaque().getFirst().getPath()).isEqualTo("multifd channel, packet 1");
  }

  @Test
  void headsWithFieldsOutOfBoundsAreNotBelieved() {
    List<MultifdStreamBuilder> hostile =
        List.of(
            // more pages than there is room for
            channel().head(0, 129, 1, 4096, 1, 0, RAM, 0),
            channel().head(0, 128, 100, 100 * 4096, 1, 29, RAM, 0),
            channel().head(0, 1, 1, 4096, 1, 1, RAM, 0, 0),
            channel().head(0, -1, -1, -1, 1, -1, RAM),
            // data of another length
            channel().head(0, 128, 1, 4097, 1, 0, RAM, 0),
            channel().head(MultifdStreamBuilder.ZLIB, 128, 1, 0, 1, 0, RAM, 0),
            channel().head(MultifdStreamBuilder.ZSTD, 128, 1, (1 << 20) + 1, 1, 0, RAM, 0),
            channel().head(MultifdStreamBuilder.QPL, 128, 1, -1, 1, 0, RAM, 0),
            // offsets that are no page's
            channel().head(0, 128, 0, 0, 1, 1, RAM, 0x1001),
            channel().head(0, 128, 0, 0, 1, 1, RAM, -4096),
            channel().head(0, 128, 0, 0, 1, 1, RAM, Long.MAX_VALUE & -4096),
            // flags and methods that no version has
            channel().head(0x80, 0, 0, 0, 1, 0, ""),
            channel().head(3 << 1, 0, 0, 0, 1, 0, ""),
            // names
            channel().head(0, 128, 0, 0, 1, 1, "", 0),
            channel().head(0, 128, 0, 0, 1, 1, "pc\nram", 0),
            channel().head(0, 0, 0, 0, 1, 0, "x".repeat(256)));
    for (MultifdStreamBuilder channel : hostile) {
      byte[] bytes = channel.sync(9).bytes();

      Events events = Parsing.multifd(bytes, 4096);

      assertThat(events.wire()).isEqualTo(bytes);
      assertThat(events.of(Kind.OPAQUE)).hasSize(1);
      assertThat(events.of(Kind.MULTIFD_PACKET).stream().map(e -> e.getPacket().getNumber()))
          .containsExactly(9L);
    }
  }

  @Test
  void aChannelThatBeginsWithoutTheMagicIsKeptAsItIs() {
    byte[] bytes = new byte[] {'Q', 'E', 'V', 'M', 0, 0, 0, 3};

    Events events = Parsing.channel(bytes);

    assertThat(events.wire()).isEqualTo(bytes);
    assertThat(events.opaque().getFirst().getReason()).startsWith("not a multifd channel");
  }

  @Test
  void aChannelThatEndsBeforeItsRoleIsKnownIsKeptAsItIs() {
    for (byte[] bytes : new byte[][] {{}, {0x11}, {0x11, 0x22, 0x33}}) {
      assertThat(Parsing.channel(bytes).wire()).isEqualTo(bytes);
    }
  }

  private static MultifdStreamBuilder channel() {
    return MultifdStreamBuilder.channel(0);
  }

  private static Events parse(MultifdStreamBuilder channel) {
    Events events = Parsing.multifd(channel.bytes(), 4096);
    assertThat(events.wire()).isEqualTo(channel.bytes());
    assertThat(events.all()).extracting(Event::getChannel).containsOnly(0);
    return events;
  }
}
