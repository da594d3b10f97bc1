package org.colotape.analyzer.lab.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.colotape.schema.ColotapeException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HypervisorTest {
  @TempDir Path folder;

  @BeforeEach
  void install() throws IOException {
    for (String name : List.of("qemu-system-x86_64", "qemu-of-mine")) {
      Files.createFile(
          folder.resolve(name),
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    Files.createFile(folder.resolve("no-program"));
  }

  @Test
  void withoutANameItIsTheOneOnThePath() {
    assertThat(find(null, "/nowhere:" + folder))
        .isEqualTo(folder.resolve("qemu-system-x86_64").toString());
    assertThatThrownBy(() -> find(null, "/nowhere"))
        .isInstanceOf(ColotapeException.class)
        .hasMessageContaining("QEMU is not installed");
  }

  @Test
  void aNameWithoutAFolderIsLookedForOnThePath() {
    assertThat(find(Path.of("qemu-of-mine"), "/nowhere:" + folder))
        .isEqualTo(folder.resolve("qemu-of-mine").toString());
    assertThatThrownBy(() -> find(Path.of("qemu-of-mine"), "/nowhere"))
        .isInstanceOf(ColotapeException.class)
        .hasMessageContaining("no such program");
  }

  @Test
  void aFileIsTakenAsItIsAndMustBeAProgram() {
    Path program = folder.resolve("qemu-of-mine");
    assertThat(find(program, "")).isEqualTo(program.toString());
    assertThatThrownBy(() -> find(folder.resolve("no-program"), folder.toString()))
        .isInstanceOf(ColotapeException.class)
        .hasMessageContaining("no such program");
  }

  private static String find(@Nullable Path program, String path) {
    return Hypervisor.find(program, List.of(), "tcg", path).command().getFirst();
  }
}
