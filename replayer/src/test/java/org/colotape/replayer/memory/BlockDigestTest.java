package org.colotape.replayer.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.colotape.replayer.fixture.EventScript.PAGE;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.colotape.replayer.fixture.Pages;
import org.colotape.schema.digest.PageDigest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a block's digest is computed, and what follows from that. */
class BlockDigestTest {
  @TempDir Path scratch;
  private PageStore store;

  @BeforeEach
  void openStore() {
    store = new PageStore(new ScratchSpace(scratch), PAGE, false);
  }

  @AfterEach
  void closeStore() {
    store.close();
  }

  /** The digest as its documentation tells, in the plainest way. */
  static BlockDigest fromScratch(List<byte[]> pages) {
    BigInteger sum = BigInteger.ZERO;
    for (int i = 0; i < pages.size(); i++) {
      byte[] page = pages.get(i);
      boolean zero = true;
      for (byte b : page) {
        zero &= b == 0;
      }
      if (!zero) {
        PageDigest digest = PageDigest.of(page, 0, page.length);
        byte[] term =
            ByteBuffer.allocate(24).putLong(i).putLong(digest.high()).putLong(digest.low()).array();
        sum = sum.add(number(PageDigest.of(term, 0, term.length)));
      }
    }
    sum = sum.mod(BigInteger.TWO.pow(128));
    return new BlockDigest(sum.shiftRight(64).longValue(), sum.longValue());
  }

  private static BigInteger number(PageDigest digest) {
    return new BigInteger(
        1, ByteBuffer.allocate(16).putLong(digest.high()).putLong(digest.low()).array());
  }

  private RamBlockMemory block() {
    return new RamBlockMemory("ram", 4L * PAGE, store);
  }

  @Test
  void itIsTheSumOfTheTermsOfPagesThatAreNotZero() {
    RamBlockMemory block = block();
    byte[] one = Pages.noise(new Random(1));
    byte[] two = Pages.noise(new Random(2));
    block.write(0, one, 0);
    block.write(3, two, 0);
    assertThat(block.digest())
        .isEqualTo(fromScratch(List.of(one, new byte[PAGE], new byte[PAGE], two)));
  }

  @Test
  void itDoesNotDependOnTheOrderOfWritesNorOnWhenItWasAskedFor() {
    RamBlockMemory one = block();
    RamBlockMemory other = block();
    one.fill(1, (byte) 1);
    one.digest();
    one.fill(2, (byte) 2);
    one.fill(1, (byte) 3);
    other.fill(1, (byte) 3);
    other.fill(2, (byte) 2);
    assertThat(one.digest()).isEqualTo(other.digest()).isNotEqualTo(BlockDigest.ZERO);
  }

  @Test
  void aPageOfZerosThatCameAsDataCountsNothing() {
    RamBlockMemory block = block();
    block.write(2, new byte[PAGE], 0);
    assertThat(block.isKnownZero(2)).isFalse();
    assertThat(block.digest()).isEqualTo(BlockDigest.ZERO);
  }

  @Test
  void theSamePageInAnotherPlaceGivesAnotherDigest() {
    RamBlockMemory one = block();
    RamBlockMemory other = block();
    one.fill(0, (byte) 1);
    other.fill(1, (byte) 1);
    assertThat(one.digest()).isNotEqualTo(other.digest());
  }

  @Test
  void aPagesDigestIsTheOneThatObservationsCarry() {
    RamBlockMemory block = block();
    byte[] page = Pages.noise(new Random(3));
    block.write(1, page, 0);
    assertThat(block.pageDigest(1)).isEqualTo(PageDigest.of(page, 0, PAGE));
    assertThat(block.pageDigest(0)).isEqualTo(PageDigest.of(new byte[PAGE], 0, PAGE));
    block.fill(1, (byte) 5);
    assertThat(block.pageDigest(1)).isEqualTo(PageDigest.of(Pages.filled(5), 0, PAGE));
  }

  @Test
  void itIsWrittenAs32HexadecimalDigits() {
    assertThat(new BlockDigest(0x0123456789abcdefL, 0xfL))
        .hasToString("0123456789abcdef000000000000000f");
  }
}
