package org.colotape.replayer.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.colotape.replayer.fixture.EventScript.PAGE;
import static org.colotape.replayer.fixture.Replays.bytes;

import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Objects;
import org.colotape.replayer.fixture.Pages;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a RAM block in one memory does. */
class RamBlockMemoryTest {
  private static final long GIB = 1L << 30;

  @TempDir Path scratch;
  private PageStore store;

  @BeforeEach
  void openStore() {
    store = new PageStore(new ScratchSpace(scratch), PAGE, true);
  }

  @AfterEach
  void closeStore() {
    store.close();
  }

  private RamBlockMemory block(long usedLength) {
    return new RamBlockMemory("ram", usedLength, store);
  }

  @Test
  void aNewBlockIsAllZerosWrittenByNobody() {
    RamBlockMemory block = block(3L * PAGE);
    assertThat(block.pages()).isEqualTo(3);
    assertThat(bytes(block, 2)).containsOnly(0);
    assertThat(block.isKnownZero(2)).isTrue();
    assertThat(block.lastWriter(2)).isNull();
    assertThat(block.written().stream()).isEmpty();
    assertThat(block.nextNonZero(0)).isEqualTo(-1);
    assertThat(block.digest()).isEqualTo(BlockDigest.ZERO);
  }

  @Test
  void aPageReadsAsItWasLastWritten() {
    RamBlockMemory block = block(3L * PAGE);
    block.write(1, Pages.filled(7), 0);
    block.write(1, Pages.filled(8), 0);
    block.fill(2, (byte) 9);
    assertThat(bytes(block, 0)).containsOnly(0);
    assertThat(bytes(block, 1)).containsOnly(8);
    assertThat(bytes(block, 2)).containsOnly(9);
    assertThat(block.nextNonZero(0)).isEqualTo(1);
    assertThat(block.written().stream()).containsExactly(1, 2);
  }

  @Test
  void settingPagesToZeroIsAWriteEvenWhereTheyAreZero() {
    RamBlockMemory block = block(4L * PAGE);
    block.write(1, Pages.filled(7), 0);
    block.clearWritten();
    store.writingFor(5, 500, 2);
    block.zero(0, 3);
    assertThat(bytes(block, 1)).containsOnly(0);
    assertThat(block.written().stream()).containsExactly(0, 1, 2);
    assertThat(block.lastWriter(0)).isEqualTo(new PageWriter(5, 500, 2));
    assertThat(block.lastWriter(1)).isEqualTo(new PageWriter(5, 500, 2));
    assertThat(block.lastWriter(3)).isNull();
    assertThat(block.nextNonZero(0)).isEqualTo(-1);
  }

  @Test
  void fillingWithZeroIsSettingToZero() {
    RamBlockMemory block = block(PAGE);
    block.fill(0, (byte) 0);
    assertThat(block.isKnownZero(0)).isTrue();
    assertThat(block.written().stream()).containsExactly(0);
  }

  @Test
  void aCopiedPageStaysAsItIsWhenItsSourceIsWritten() {
    RamBlockMemory source = block(PAGE);
    RamBlockMemory copy = block(PAGE);
    store.writingFor(1, 100, 0);
    source.write(0, Pages.filled(1), 0);
    copy.copy(0, source);
    store.writingFor(2, 200, 0);
    source.write(0, Pages.filled(2), 0);
    assertThat(bytes(copy, 0)).containsOnly(1);
    assertThat(copy.lastWriter(0)).isEqualTo(new PageWriter(1, 100, 0));
    assertThat(bytes(source, 0)).containsOnly(2);
    assertThat(source.lastWriter(0)).isEqualTo(new PageWriter(2, 200, 0));
  }

  @Test
  void aSourceStaysAsItIsWhenItsCopyIsWritten() {
    RamBlockMemory source = block(PAGE);
    RamBlockMemory copy = block(PAGE);
    source.write(0, Pages.filled(1), 0);
    copy.copy(0, source);
    copy.fill(0, (byte) 2);
    assertThat(bytes(source, 0)).containsOnly(1);
    assertThat(bytes(copy, 0)).containsOnly(2);
  }

  @Test
  void copyingAPageIsAWriteEvenIfItIsTheSameAlready() {
    RamBlockMemory source = block(PAGE);
    RamBlockMemory copy = block(PAGE);
    source.write(0, Pages.filled(1), 0);
    copy.copy(0, source);
    copy.clearWritten();
    copy.copy(0, source);
    assertThat(copy.written().stream()).containsExactly(0);
    assertThat(copy.shares(0, source)).isTrue();
  }

  @Test
  void mismatchIsTheFirstByteThatDiffers() {
    RamBlockMemory one = block(3L * PAGE);
    RamBlockMemory other = block(3L * PAGE);
    byte[] page = Pages.filled(5);
    one.write(0, page, 0);
    other.write(0, page, 0);
    page[4000] = 6;
    one.write(1, Pages.filled(5), 0);
    other.write(1, page, 0);
    other.write(2, Pages.filled(1), 0);
    assertThat(one.mismatch(0, other)).isEqualTo(-1);
    assertThat(one.mismatch(1, other)).isEqualTo(4000);
    assertThat(one.mismatch(2, other)).isEqualTo(0);
    assertThat(other.mismatch(2, one)).isEqualTo(0);
  }

  @Test
  void pagesOfTwoStoresAreComparedByTheirBytes() {
    try (PageStore otherStore = new PageStore(new ScratchSpace(scratch), PAGE, false)) {
      RamBlockMemory one = block(2L * PAGE);
      RamBlockMemory other = new RamBlockMemory("ram", 2L * PAGE, otherStore);
      one.write(0, Pages.filled(1), 0);
      one.write(1, Pages.filled(2), 0);
      other.write(0, Pages.filled(2), 0);
      other.write(1, Pages.filled(2), 0);
      assertThat(one.shares(0, other)).isFalse();
      assertThat(one.mismatch(0, other)).isEqualTo(0);
      assertThat(one.mismatch(1, other)).isEqualTo(-1);
      assertThatThrownBy(() -> one.copy(0, other)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void pagesBeyondTwoGibibytesAreAsGoodAsOthers() {
    RamBlockMemory block = block(64 * GIB);
    int far = (int) (63 * GIB / PAGE);
    block.write(far, Pages.filled(3), 0);
    block.fill(block.pages() - 1, (byte) 4);
    assertThat(block.nextNonZero(0)).isEqualTo(far);
    assertThat(block.nextNonZero(far + 1)).isEqualTo(block.pages() - 1);
    assertThat(bytes(block, far)).containsOnly(3);
    assertThat(bytes(block, block.pages() - 1)).containsOnly(4);
  }

  @Test
  void aPageCannotBeChangedThroughItsView() {
    RamBlockMemory block = block(2L * PAGE);
    block.write(0, Pages.filled(1), 0);
    assertThatThrownBy(() -> block.page(0).set(ValueLayout.JAVA_BYTE, 0, (byte) 2))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> block.page(1).set(ValueLayout.JAVA_BYTE, 0, (byte) 2))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void growingKeepsContentsWritersAndDigest() {
    RamBlockMemory block = block(2L * PAGE);
    store.writingFor(3, 30, 1);
    block.write(1, Pages.filled(7), 0);
    BlockDigest before = block.digest();
    block.resize(2000L * PAGE);
    assertThat(block.pages()).isEqualTo(2000);
    assertThat(bytes(block, 1)).containsOnly(7);
    assertThat(Objects.requireNonNull(block.lastWriter(1)).seq()).isEqualTo(3);
    assertThat(bytes(block, 1999)).containsOnly(0);
    assertThat(block.digest()).isEqualTo(before);
  }

  @Test
  void shrinkingForgetsWhatIsCutOffForGood() {
    RamBlockMemory block = block(3L * PAGE);
    block.write(0, Pages.filled(6), 0);
    BlockDigest ofPage0 = block.digest();
    block.write(2, Pages.filled(7), 0);
    assertThat(block.digest()).isNotEqualTo(ofPage0);
    block.resize(2L * PAGE);
    assertThat(block.digest()).isEqualTo(ofPage0);
    block.resize(3L * PAGE);
    assertThat(bytes(block, 2)).containsOnly(0);
    assertThat(block.digest()).isEqualTo(ofPage0);
    assertThat(block.written().stream()).containsExactly(0);
  }

  @Test
  void sizesThatNoBlockHasAreRefused() {
    assertThat(RamBlockMemory.isPossible(PAGE, PAGE)).isTrue();
    assertThat(RamBlockMemory.isPossible(0, PAGE)).isTrue();
    assertThat(RamBlockMemory.isPossible(PAGE + 1, PAGE)).isFalse();
    assertThat(RamBlockMemory.isPossible(-PAGE, PAGE)).isFalse();
    assertThat(RamBlockMemory.isPossible(Long.MAX_VALUE & -PAGE, PAGE)).isFalse();
    assertThat(RamBlockMemory.isPossible(3000, 3000)).isFalse();
    assertThat(RamBlockMemory.isPossible(0, 0)).isFalse();
    assertThat(RamBlockMemory.isPossible(1L << 40, 1 << 30)).isFalse();
    assertThatThrownBy(() -> block(PAGE + 1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> block(PAGE).resize(5)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aReleasedBlockCannotBeUsedAndMayBeReleasedAgain() {
    RamBlockMemory block = block(PAGE);
    block.write(0, Pages.filled(1), 0);
    block.close();
    block.close();
    assertThatThrownBy(() -> block.page(0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("RAM block ram was released");
    assertThatThrownBy(() -> block.write(0, Pages.filled(1), 0))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(block::digest).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aReleasedStoreCannotBeUsedAndMayBeReleasedAgain() {
    RamBlockMemory block = block(PAGE);
    block.write(0, Pages.filled(1), 0);
    store.close();
    store.close();
    assertThatThrownBy(() -> block.page(0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the rebuilt memory was released");
    assertThatThrownBy(() -> block.write(0, Pages.filled(1), 0))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void sha256IsThatOfTheRawImage() {
    RamBlockMemory block = block(2L * PAGE);
    // printf of 8192 zero bytes through sha256sum
    assertThat(block.sha256())
        .isEqualTo("9f1dcbc35c350d6027f98be0f5c8b43b42ca52b7604459c0c42be3aa88913d47");
  }
}
