package org.colotape.recorder.simulation.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GuestMemoryTest {
  /** More than the machine has. */
  private static final List<GuestBlock> HUGE =
      List.of(new GuestBlock("pc.ram", 1 << 28), new GuestBlock("vga.vram", 100));

  private static final GuestPage FIRST = new GuestPage(0, 0);
  private static final GuestPage LAST = new GuestPage(0, (1 << 28) - 1);
  private static final GuestPage OTHER = new GuestPage(1, 3);

  @Test
  void pagesAreZeroUntilTheyAreWritten() {
    try (GuestMemory memory = new GuestMemory(HUGE)) {
      memory.write(LAST, 4094, new byte[] {1, 2});

      assertThat(memory.isZero(FIRST)).isTrue();
      assertThat(memory.isZero(LAST)).isFalse();
      assertThat(memory.bytes(LAST)).endsWith(0, 1, 2).startsWith(0, 0);
    }
  }

  @Test
  void aPageIsCopiedFromOneMemoryToTheOther() {
    try (GuestMemory from = new GuestMemory(HUGE);
        GuestMemory to = new GuestMemory(HUGE)) {
      from.write(OTHER, 0, new byte[] {1});
      to.write(FIRST, 0, new byte[] {2});
      assertThat(to.agrees(OTHER, from)).isFalse();

      to.copy(OTHER, from);
      to.copy(FIRST, from);

      assertThat(to.agrees(OTHER, from)).isTrue();
      assertThat(to.agrees(FIRST, from)).isTrue();
      assertThat(to.isZero(FIRST)).isTrue();
    }
  }

  @Test
  void pagesThatWereWrittenAreShownInOrderAndCanBeCleared() {
    try (GuestMemory memory = new GuestMemory(HUGE)) {
      memory.write(OTHER, 0, new byte[] {1});
      memory.write(LAST, 0, new byte[] {1});
      List<GuestPage> touched = new ArrayList<>();

      memory.forEachTouched(touched::add);
      memory.clear();

      assertThat(touched).containsExactly(LAST, OTHER);
      assertThat(memory.isZero(LAST)).isTrue();
      assertThat(memory.isZero(OTHER)).isTrue();
    }
  }
}
