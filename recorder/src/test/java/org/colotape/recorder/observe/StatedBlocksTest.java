package org.colotape.recorder.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.colotape.schema.event.Memory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatedBlocksTest {
  private static final String TABLES = "/rom@etc/acpi/tables";

  private final StatedBlocks blocks = new StatedBlocks(lengths());

  @TempDir private Path folder;

  @Test
  void aProcessStandsForAllBlocksThatNoOtherTargetOfItsMemoryNames() {
    assertThat(each("ram=/dev/shm/svm.ram", "pid:1"))
        .containsExactly(
            LiveTarget.parse(Memory.SVM, TABLES + "=pid:1"),
            LiveTarget.parse(Memory.SVM, "pc.bios=pid:1"),
            LiveTarget.parse(Memory.SVM, "ram=/dev/shm/svm.ram"));
  }

  @Test
  void aNamedBlockIsTheOnlyOne() {
    assertThat(each(TABLES + "=pid:1"))
        .containsExactly(LiveTarget.parse(Memory.SVM, TABLES + "=pid:1"));
  }

  @Test
  void whatIsNamedOfOneMemoryIsNotLeftOutOfAnother() {
    List<LiveTarget> targets =
        blocks.each(
            List.of(
                LiveTarget.parse(Memory.PVM, "ram=/dev/shm/pvm.ram"),
                LiveTarget.parse(Memory.CACHE, "pid:1")));

    assertThat(targets).contains(LiveTarget.parse(Memory.CACHE, "ram=pid:1")).hasSize(4);
  }

  @Test
  void aFileIsTheBlockOfItsLength() throws IOException {
    Path file = Files.write(folder.resolve("x"), new byte[0x4_0000]);

    assertThat(each(file.toString(), "pid:1"))
        .extracting(LiveTarget::block)
        .containsExactly(TABLES, "pc.bios", "ram");
  }

  @Test
  void aFileOfNoBlocksLengthIsLeftToBeRefused() throws IOException {
    Path file = Files.write(folder.resolve("x"), new byte[7]);

    assertThat(each(file.toString())).extracting(LiveTarget::block).containsOnlyNulls();
  }

  @Test
  void allMemoriesOfABlockStandTogetherTheCacheFirstAlsoIfAnotherBlockIsAsLong() {
    Map<String, Long> same = new LinkedHashMap<>();
    same.put("/rom@etc/table-loader", 0x1000L);
    same.put("/rom@etc/acpi/rsdp", 0x1000L);

    assertThat(
            new StatedBlocks(same)
                .each(
                    Stream.of(Memory.SVM, Memory.PVM, Memory.CACHE)
                        .map(memory -> LiveTarget.parse(memory, "pid:1"))
                        .toList()))
        .extracting(target -> target.block() + " " + target.memory())
        .containsExactly(
            "/rom@etc/acpi/rsdp CACHE",
            "/rom@etc/acpi/rsdp PVM",
            "/rom@etc/acpi/rsdp SVM",
            "/rom@etc/table-loader CACHE",
            "/rom@etc/table-loader PVM",
            "/rom@etc/table-loader SVM");
  }

  private List<LiveTarget> each(String... targets) {
    return blocks.each(Stream.of(targets).map(text -> LiveTarget.parse(Memory.SVM, text)).toList());
  }

  private static Map<String, Long> lengths() {
    Map<String, Long> lengths = new LinkedHashMap<>();
    lengths.put("ram", 0x100_0000L);
    lengths.put(TABLES, 0x2_0000L);
    lengths.put("pc.bios", 0x4_0000L);
    return lengths;
  }
}
