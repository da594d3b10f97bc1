package org.colotape.analyzer.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;
import org.colotape.replayer.fixture.Pages;
import org.colotape.replayer.memory.GuestMemory;
import org.colotape.replayer.memory.PageStore;
import org.colotape.replayer.memory.RamBlockMemory;
import org.colotape.replayer.memory.ScratchSpace;
import org.colotape.schema.digest.PageDigest;
import org.colotape.schema.event.Memory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who else in a guest holds the contents of a page. */
class HoldersTest {
  private static final int PAGE = ObservedPair.PAGE;
  private static final PageId FIRST = new PageId("ram", 0);
  private static final byte[] NOISE = Pages.noise(new Random(1));

  @TempDir Path scratch;
  private PageStore store;
  private GuestMemory guest;

  @BeforeEach
  void makeAGuestOfTwoBlocks() {
    store = new PageStore(new ScratchSpace(scratch), PAGE, false);
    guest = new GuestMemory(Memory.PVM);
    guest.add(new RamBlockMemory("ram", 8L * PAGE, store));
    guest.add(new RamBlockMemory("vga.vram", 4L * PAGE, store));
  }

  @AfterEach
  void close() {
    guest.close();
    store.close();
  }

  @Test
  void thePageItselfIsNoOther() {
    guest.block("ram").write(0, NOISE, 0);
    assertThat(others(NOISE)).isEqualTo(Sharing.ALONE);
  }

  @Test
  void pagesOfEveryBlockCount() {
    guest.block("vga.vram").write(3, NOISE, 0);
    assertThat(others(NOISE)).isEqualTo(Sharing.ANOTHER);
    guest.block("ram").write(7, NOISE, 0);
    assertThat(others(NOISE)).isEqualTo(Sharing.SEVERAL);
  }

  @Test
  void contentsThatNobodyHoldsAreAlone() {
    assertThat(others(NOISE)).isEqualTo(Sharing.ALONE);
  }

  @Test
  void oneByteOverAndOverIsNobodysInParticularEvenIfNoPageHoldsIt() {
    for (int value = 1; value < 256; value++) {
      assertThat(others(Pages.filled(value))).isEqualTo(Sharing.ONE_BYTE);
    }
    assertThat(others(Pages.filled(0))).isEqualTo(Sharing.ZEROS);
    byte[] almost = Pages.filled(0);
    almost[PAGE - 1] = 1;
    assertThat(others(almost)).isEqualTo(Sharing.ALONE);
  }

  private Sharing others(byte[] contents) {
    PageDigest digest = PageDigest.of(contents, 0, PAGE);
    return new Holders(guest, new Fills(), () -> Stream.of(digest)).others(digest, FIRST);
  }
}
