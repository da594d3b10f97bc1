package org.colotape.schema.digest;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DigestTest {
  /** Test vectors of the reference implementation: XXH3_128bits of nothing, and of "abc". */
  @Test
  void theDigestIsXxh3Of128Bits() {
    assertThat(PageDigest.of(new byte[0], 0, 0)).hasToString("99aa06d3014798d86001c324468d497f");
    assertThat(PageDigest.of("abc".getBytes(StandardCharsets.US_ASCII), 0, 3))
        .hasToString("06b05ab6733a618578af5f94892f3950");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 16, 17, 240, 241, 4096, 5000})
  void bytesOnAndOffTheHeapHaveTheSameDigest(int length) {
    byte[] bytes = random(length + 9);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment segment = arena.allocate(bytes.length);
      MemorySegment.copy(bytes, 0, segment, ValueLayout.JAVA_BYTE, 0, bytes.length);

      assertThat(PageDigest.of(segment, 5, length)).isEqualTo(PageDigest.of(bytes, 5, length));
    }
  }

  @Test
  void aDigestStandsInEventsAsItIsPrinted() {
    PageDigest digest = new PageDigest(0x0123456789ABCDEFL, 0xF0L);

    assertThat(digest).hasToString("0123456789abcdef00000000000000f0");
    assertThat(digest.toEvent().bytes()).asHexString().isEqualToIgnoringCase(digest.toString());
  }

  @Test
  void howBytesAreCutDoesNotChangeTheirRunningDigest() {
    byte[] bytes = random(10_000);
    RunningDigest running = new RunningDigest();
    Random random = new Random(2);

    for (int at = 0; at < bytes.length; ) {
      int length = Math.min(bytes.length - at, random.nextInt(700));
      running.add(ByteBuffer.wrap(bytes, at, length).slice());
      at += length;
    }

    assertThat(running.finish()).isEqualTo(PageDigest.of(bytes, 0, bytes.length));
  }

  @Test
  void aRunningDigestBeginsAnewBehindItsFinish() {
    RunningDigest running = new RunningDigest();
    running.add(ByteBuffer.wrap(random(100)));
    running.finish();

    running.add(ByteBuffer.wrap(random(50)));

    assertThat(running.finish()).isEqualTo(PageDigest.of(random(50), 0, 50));
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(1).nextBytes(bytes);
    return bytes;
  }
}
