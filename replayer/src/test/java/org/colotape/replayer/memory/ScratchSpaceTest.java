package org.colotape.replayer.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.colotape.replayer.fixture.EventScript.PAGE;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import org.colotape.schema.ColotapeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Space is there or its lack is told in one line. */
class ScratchSpaceTest {
  @TempDir Path folder;

  @Test
  void theFolderIsMadeWhenItIsNeeded() {
    Path deep = folder.resolve("a/b");
    try (ScratchMapping mapping = new ScratchSpace(deep).map("a test", PAGE)) {
      mapping.memory().set(ValueLayout.JAVA_BYTE, 0, (byte) 1);
      assertThat(deep).isEmptyDirectory();
    }
  }

  @Test
  void whatCannotBeMappedIsToldWithPlaceAndRemedy() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    assertThatThrownBy(() -> new ScratchSpace(file).map("RAM block ram", PAGE))
        .isInstanceOf(ColotapeException.class)
        .hasMessageStartingWith("cannot map 4096 bytes for RAM block ram: ")
        .hasMessageContaining(file.toString())
        .hasMessageEndingWith(
            "free space there, or choose a scratch folder on a larger file system");
  }

  @Test
  void moreThanTheFileSystemAllowsIsRefusedAndLeavesNothingBehind() {
    assertThatThrownBy(() -> new ScratchSpace(folder).map("RAM block ram", Long.MAX_VALUE / 2))
        .isInstanceOf(ColotapeException.class);
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aFolderThatIsNotInMemoryHasNoFreeMemory() {
    assertThat(FreeMemory.bytes(folder.resolve("missing"))).isZero();
    assertThat(FreeMemory.bytes(Path.of("/proc"))).isZero();
  }

  @Test
  void whatIsTooLargeForSharedMemoryLiesInTheFolder() {
    ScratchSpace space = ScratchSpace.preferMemory(folder.resolve("disk"));
    long tooLarge = 1L << 43;
    try (ScratchMapping small = space.map("a test", PAGE);
        ScratchMapping large = space.map("a test", tooLarge)) {
      small.memory().set(ValueLayout.JAVA_BYTE, 0, (byte) 1);
      large.memory().set(ValueLayout.JAVA_BYTE, tooLarge - 1, (byte) 1);
      assertThat(folder.resolve("disk")).isEmptyDirectory();
    }
  }
}
