package org.colotape.replayer.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.colotape.replayer.fixture.EventScript.PAGE;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.colotape.replayer.fixture.Pages;
import org.colotape.replayer.fixture.Replays;
import org.colotape.replayer.fixture.Seeds;
import org.colotape.replayer.fixture.Xbzrle;
import org.colotape.replayer.fixture.Zlib;
import org.colotape.replayer.memory.PageStore;
import org.colotape.replayer.memory.RamBlockMemory;
import org.colotape.replayer.memory.ScratchSpace;
import org.colotape.schema.event.Page;
import org.colotape.schema.event.PageEncoding;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What each encoding makes of a page (WIRE-FORMAT, section 2), and what it refuses. */
class PageDecoderTest {
  @TempDir Path scratch;
  private PageStore store;
  private RamBlockMemory base;
  private PageDecoder decoder;

  @BeforeEach
  void open() {
    store = new PageStore(new ScratchSpace(scratch), PAGE, false);
    base = new RamBlockMemory("ram", 2L * PAGE, store);
    decoder = new PageDecoder();
  }

  @AfterEach
  void close() {
    decoder.close();
    store.close();
  }

  static LongStream seeds() {
    return Seeds.some(20);
  }

  /**
   * Decodes for page 1 of the base; the contents stand behind three bytes of wire, in a buffer that
   * begins at 5.
   */
  private PageContent decode(PageEncoding encoding, byte[] contents) throws PageDecodeException {
    byte[] buffer = new byte[8 + contents.length];
    System.arraycopy(contents, 0, buffer, 8, contents.length);
    ByteBuffer wire = ByteBuffer.wrap(buffer, 5, buffer.length - 5).slice();
    return decoder.decode(
        new Page("ram", (long) PAGE, PAGE, 1, encoding, 3, false, null), wire, base);
  }

  private byte[] decoded(PageEncoding encoding, byte[] contents) throws PageDecodeException {
    PageContent content = decode(encoding, contents);
    assertThat(content).isInstanceOf(PageContent.Bytes.class);
    PageContent.Bytes bytes = (PageContent.Bytes) content;
    return Arrays.copyOfRange(bytes.array(), bytes.start(), bytes.start() + PAGE);
  }

  private void refuses(PageEncoding encoding, byte[] contents, String message) {
    assertThatThrownBy(() -> decode(encoding, contents))
        .isInstanceOf(PageDecodeException.class)
        .hasMessageContaining(message);
  }

  private static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  @Test
  void aRawPageIsItsBytes() throws PageDecodeException {
    byte[] page = Pages.noise(new Random(1));
    assertThat(decoded(PageEncoding.RAW, page)).isEqualTo(page);
  }

  @Test
  void wireBytesMayBeInAnyKindOfBuffer() throws PageDecodeException {
    byte[] noise = Pages.noise(new Random(2));
    Page page = new Page("ram", 0L, PAGE, 1, PageEncoding.RAW, 0, false, null);
    ByteBuffer direct = ByteBuffer.allocateDirect(PAGE).put(noise).flip();
    for (ByteBuffer wire : List.of(direct, ByteBuffer.wrap(noise).asReadOnlyBuffer())) {
      PageContent content = decoder.decode(page, wire, base);
      assertThat(((PageContent.Bytes) content).array()).isEqualTo(noise);
      assertThat(wire.remaining()).isEqualTo(PAGE);
    }
  }

  @Test
  void aRawPageOfAnotherLengthIsRefused() {
    refuses(PageEncoding.RAW, new byte[PAGE - 1], "raw page of 4095 bytes instead of 4096");
    refuses(PageEncoding.RAW, new byte[PAGE + 1], "raw page of 4097 bytes");
  }

  @Test
  void aZeroPageIsZeros() throws PageDecodeException {
    assertThat(decode(PageEncoding.ZERO, bytes(0))).isEqualTo(new PageContent.Zero());
  }

  @Test
  void aFilledPageIsOneByte() throws PageDecodeException {
    assertThat(decode(PageEncoding.FILL, bytes(0xab))).isEqualTo(new PageContent.Fill((byte) 0xab));
    refuses(PageEncoding.FILL, bytes(1, 2), "fill of 2 bytes instead of 1");
  }

  @Test
  void contentsThatBeginBehindTheEndAreRefused() {
    Page page = new Page("ram", 0L, PAGE, 1, PageEncoding.RAW, 9, false, null);
    assertThatThrownBy(() -> decoder.decode(page, ByteBuffer.allocate(8), base))
        .isInstanceOf(PageDecodeException.class);
  }

  @Test
  void encodingsOfLaterVersionsAreRefused() {
    refuses(PageEncoding.UNKNOWN, new byte[10], "version");
  }

  @ParameterizedTest
  @EnumSource(names = {"ZSTD_STREAM", "ZLIB_STREAM"})
  void pagesOfPacketsThatDoNotSayWhichAreRefused(PageEncoding encoding) {
    refuses(encoding, new byte[10], "which of its packet's pages");
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void anXbzrleDeltaMakesTheNewPageOfTheOldOne(long seed) throws PageDecodeException {
    Random random = new Random(seed);
    byte[] before = Pages.noise(random);
    byte[] after = Pages.changed(before, random);
    base.write(1, before, 0);
    assertThat(decoded(PageEncoding.XBZRLE, Xbzrle.delta(before, after))).isEqualTo(after);
    assertThat(Replays.bytes(base, 1)).isEqualTo(before);
  }

  @Test
  void anXbzrleDeltaReplacesBytesAndDoesNotCombineThem() throws PageDecodeException {
    base.fill(1, (byte) 0xff);
    byte[] page = decoded(PageEncoding.XBZRLE, bytes(2, 1, 0x0f, 0x80, 0x01, 1, 0x33));
    assertThat(page[1]).isEqualTo((byte) 0xff);
    assertThat(page[2]).isEqualTo((byte) 0x0f);
    assertThat(page[3]).isEqualTo((byte) 0xff);
    assertThat(page[2 + 1 + 128]).isEqualTo((byte) 0x33);
  }

  @Test
  void anEmptyXbzrleDeltaChangesNothing() throws PageDecodeException {
    base.fill(1, (byte) 9);
    assertThat(decoded(PageEncoding.XBZRLE, bytes())).containsOnly(9);
  }

  @Test
  void anXbzrleDeltaMayChangeTheWholePage() throws PageDecodeException {
    byte[] delta = new byte[3 + PAGE];
    delta[1] = (byte) 0x80;
    delta[2] = 0x20;
    Arrays.fill(delta, 3, delta.length, (byte) 7);
    assertThat(decoded(PageEncoding.XBZRLE, delta)).containsOnly(7);
  }

  @Test
  void anXbzrleDeltaThatBreaksTheFormatIsRefused() {
    refuses(PageEncoding.XBZRLE, bytes(0, 0), "empty run of changed bytes");
    refuses(PageEncoding.XBZRLE, bytes(0, 1, 5, 0, 1, 5), "empty run of unchanged bytes");
    refuses(PageEncoding.XBZRLE, bytes(0), "ends in a length");
    refuses(PageEncoding.XBZRLE, bytes(0x80), "ends in a length");
    refuses(PageEncoding.XBZRLE, bytes(0, 3, 1, 2), "ends in a run of changed bytes");
    refuses(PageEncoding.XBZRLE, bytes(0x81, 0x20, 1, 1), "keeps bytes beyond the end");
    refuses(PageEncoding.XBZRLE, bytes(0xff, 0x1f, 2, 1, 1), "writes beyond the end");
    refuses(PageEncoding.XBZRLE, bytes(0x80, 0x80, 1, 1, 1), "more than 14 bits");
    refuses(PageEncoding.XBZRLE, bytes(0xff, 0xff, 0xff, 0xff, 0x0f, 1, 1), "more than 14 bits");
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void damagedDeltasAreDecodedOrRefusedAndNeverTouchMemory(long seed) {
    Random random = new Random(seed);
    byte[] before = Pages.noise(random);
    base.write(1, before, 0);
    int refused = 0;
    for (int i = 0; i < 200; i++) {
      byte[] delta = Xbzrle.delta(before, Pages.changed(before, random));
      for (int hits = random.nextInt(4); hits >= 0; hits--) {
        delta[random.nextInt(delta.length)] = (byte) random.nextInt();
      }
      try {
        decode(PageEncoding.XBZRLE, Arrays.copyOf(delta, 1 + random.nextInt(delta.length)));
      } catch (PageDecodeException e) {
        refused++;
      }
    }
    assertThat(refused).isPositive();
    assertThat(Replays.bytes(base, 1)).isEqualTo(before);
    assertThat(Replays.bytes(base, 0)).containsOnly(0);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void aZlibPageIsInflated(long seed) throws PageDecodeException {
    Random random = new Random(seed);
    byte[] page = Pages.changed(new byte[PAGE], random);
    assertThat(decoded(PageEncoding.ZLIB, Zlib.deflated(page))).isEqualTo(page);
    byte[] noise = Pages.noise(random);
    assertThat(decoded(PageEncoding.ZLIB, Zlib.deflated(noise))).isEqualTo(noise);
  }

  @Test
  void zlibDataOfAnotherSizeThanAPageAreRefused() {
    refuses(PageEncoding.ZLIB, Zlib.deflated(new byte[PAGE - 1]), "4095 bytes instead of 4096");
    refuses(PageEncoding.ZLIB, Zlib.deflated(new byte[PAGE + 1]), "more than 4096 bytes");
    refuses(PageEncoding.ZLIB, Zlib.deflated(new byte[100 << 20]), "more than 4096 bytes");
    refuses(PageEncoding.ZLIB, new byte[0], "0 bytes instead of 4096");
  }

  @Test
  void zlibDataThatAreCutDamagedOrFollowedByOthersAreRefused() {
    byte[] zlib = Zlib.deflated(Pages.noise(new Random(5)));
    refuses(PageEncoding.ZLIB, Arrays.copyOf(zlib, zlib.length - 2), "ends before its checksum");
    refuses(PageEncoding.ZLIB, Arrays.copyOf(zlib, zlib.length + 2), "2 bytes follow");
    zlib[zlib.length - 1] ^= 1;
    refuses(PageEncoding.ZLIB, zlib, "damaged");
    refuses(PageEncoding.ZLIB, bytes(1, 2, 3, 4), "damaged");
  }

  @Test
  void aPageThatWasRefusedLeavesNoTraceInTheNextOne() throws PageDecodeException {
    refuses(PageEncoding.ZLIB, bytes(1, 2, 3, 4), "damaged");
    refuses(PageEncoding.XBZRLE, bytes(0, 2, 7, 7, 1, 9, 7), "ends in a run");
    base.fill(1, (byte) 1);
    assertThat(decoded(PageEncoding.XBZRLE, bytes(5, 1, 2))[0]).isEqualTo((byte) 1);
    byte[] page = Pages.filled(3);
    assertThat(decoded(PageEncoding.ZLIB, Zlib.deflated(page))).isEqualTo(page);
  }
}
