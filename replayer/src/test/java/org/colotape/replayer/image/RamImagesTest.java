package org.colotape.replayer.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.colotape.replayer.fixture.EventScript.PAGE;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.colotape.replayer.fixture.Pages;
import org.colotape.replayer.memory.GuestMemory;
import org.colotape.replayer.memory.PageStore;
import org.colotape.replayer.memory.RamBlockMemory;
import org.colotape.replayer.memory.ScratchSpace;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.event.Memory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Image files hold what memory held. */
class RamImagesTest {
  @TempDir Path folder;
  private PageStore store;
  private GuestMemory svm;

  @BeforeEach
  void open() {
    store = new PageStore(new ScratchSpace(folder.resolve("scratch")), PAGE, false);
    svm = new GuestMemory(Memory.SVM);
  }

  @AfterEach
  void close() {
    svm.close();
    store.close();
  }

  private RamBlockMemory block(String name, long usedLength) {
    RamBlockMemory block = new RamBlockMemory(name, usedLength, store);
    svm.add(block);
    return block;
  }

  @Test
  void anImageIsTheBlockByteForByte() throws IOException {
    byte[] noise = Pages.noise(new Random(1));
    RamBlockMemory ram = block("ram", 3L * PAGE);
    ram.write(1, noise, 0);
    new RamImages(folder).write(4, svm);
    byte[] expected = new byte[3 * PAGE];
    System.arraycopy(noise, 0, expected, PAGE, PAGE);
    Path file = folder.resolve("checkpoint-4/svm/ram.raw");
    assertThat(file).hasBinaryContent(expected);
    assertThat(new RamImages(folder).file(4, svm, "ram")).isEqualTo(file);
  }

  @Test
  void anImageOfALargeEmptyBlockTakesNoSpace() throws IOException, InterruptedException {
    long length = 64L << 30;
    RamBlockMemory ram = block("ram", length);
    ram.fill(0, (byte) 1);
    ram.fill(ram.pages() - 1, (byte) 2);
    ram.write(5, new byte[PAGE], 0);
    new RamImages(folder).write(0, svm);
    Path file = folder.resolve("checkpoint-0/svm/ram.raw");
    assertThat(file).hasSize(length);
    assertThat(allocatedBytes(file)).isBetween(2L * PAGE, 16L * PAGE);
  }

  private static long allocatedBytes(Path file) throws IOException, InterruptedException {
    Process stat = new ProcessBuilder("stat", "-c", "%b", file.toString()).start();
    String blocks = new String(stat.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(stat.waitFor()).isZero();
    return Long.parseLong(blocks.strip()) * 512;
  }

  @Test
  void anImageReplacesAnEarlierOne() throws IOException {
    RamBlockMemory ram = block("ram", 2L * PAGE);
    ram.fill(0, (byte) 1);
    new RamImages(folder).write(0, svm);
    ram.zero(0, 1);
    ram.fill(1, (byte) 2);
    new RamImages(folder).write(0, svm);
    byte[] expected = new byte[2 * PAGE];
    Arrays.fill(expected, PAGE, 2 * PAGE, (byte) 2);
    assertThat(folder.resolve("checkpoint-0/svm/ram.raw")).hasBinaryContent(expected);
  }

  @Test
  void namesThatWouldMakeTheSameFileMakeTwo() {
    block("a/b", PAGE).fill(0, (byte) 1);
    block("a_b", PAGE).fill(0, (byte) 2);
    block("A_B", PAGE).fill(0, (byte) 3);
    new RamImages(folder).write(0, svm);
    Path images = folder.resolve("checkpoint-0/svm");
    assertThat(images.resolve("a_b.raw")).hasBinaryContent(Pages.filled(1));
    assertThat(images.resolve("a_b~2.raw")).hasBinaryContent(Pages.filled(2));
    assertThat(images.resolve("A_B~3.raw")).hasBinaryContent(Pages.filled(3));
  }

  @Test
  void noNameLeavesTheFolder() {
    block("..", PAGE);
    block("../../x", PAGE);
    block("", PAGE);
    block("/" + "n".repeat(255), PAGE);
    block("line\nbreak\0", PAGE);
    new RamImages(folder).write(0, svm);
    assertThat(folder.resolve("checkpoint-0/svm"))
        .isDirectoryContaining(file -> file.endsWith("...raw"))
        .isDirectoryContaining(file -> file.endsWith(".._.._x.raw"))
        .isDirectoryContaining(file -> file.endsWith("_" + "n".repeat(199) + ".raw"))
        .isDirectoryContaining(file -> file.endsWith("line_break_.raw"))
        .isDirectoryContaining(file -> file.endsWith(".raw"));
  }

  @Test
  void anImageIsComparedPageByPage() {
    RamBlockMemory ram = block("ram", 4L * PAGE);
    ram.fill(1, (byte) 1);
    ram.fill(2, (byte) 2);
    new RamImages(folder).write(0, svm);
    try (RamImage image = new RamImage(new RamImages(folder).file(0, svm, "ram"))) {
      assertThat(image.differingPages(ram).stream()).isEmpty();
      ram.fill(2, (byte) 3);
      ram.fill(3, (byte) 3);
      assertThat(image.differingPages(ram).stream()).containsExactly(2, 3);
      RamBlockMemory other = block("other", PAGE);
      assertThatThrownBy(() -> image.differingPages(other))
          .isInstanceOf(ColotapeException.class)
          .hasMessageStartingWith("image of 16384 bytes for a block of 4096");
    }
  }

  @Test
  void anImageThatIsNotThereIsTold() {
    assertThatThrownBy(() -> new RamImage(folder.resolve("missing.raw")))
        .isInstanceOf(ColotapeException.class)
        .hasMessageStartingWith("cannot read memory image: ");
  }

  @Test
  void aFolderThatCannotBeWrittenIsTold() throws IOException {
    block("ram", PAGE);
    Path file = Files.createFile(folder.resolve("file"));
    assertThatThrownBy(() -> new RamImages(file).write(0, svm))
        .isInstanceOf(ColotapeException.class)
        .hasMessageStartingWith("cannot write memory image: ")
        .hasMessageEndingWith("check the folder, its rights and its free space");
  }
}
