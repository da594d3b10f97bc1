package org.colotape.schema.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplacementTest {
  @TempDir Path folder;

  @Test
  void whatWasThereStaysUntilAllIsWritten() throws IOException {
    Path file = Files.writeString(folder.resolve("report"), "old");

    try (Replacement fresh = Replacement.of(file)) {
      fresh.writer().write("new");
      fresh.writer().flush();
      assertThat(file).hasContent("old");
      fresh.done();
    }
    assertThat(file).hasContent("new");
    assertThat(folder)
        .isDirectoryContaining("glob:**report")
        .isDirectoryNotContaining("glob:**.new");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void whatFailsInTheMiddleLeavesTheOldFileAndNothingElse() throws IOException {
    Path file = Files.writeString(folder.resolve("report"), "old");

    try (Replacement fresh = Replacement.of(file)) {
      fresh.writer().write("half");
    }
    assertThat(file).hasContent("old");
    assertThat(folder.toFile().list()).containsExactly("report");
  }

  @Test
  void aLinkIsReplacedAndWhatItPointsToIsLeftAlone() throws IOException {
    Path victim = Files.writeString(folder.resolve("victim"), "mine");
    Path link = Files.createSymbolicLink(folder.resolve("report"), victim);

    try (Replacement fresh = Replacement.of(link)) {
      fresh.writer().write("new");
      fresh.done();
    }
    assertThat(victim).hasContent("mine");
    assertThat(link).hasContent("new");
    assertThat(Files.isSymbolicLink(link)).isFalse();
  }

  @Test
  void aDeviceIsWrittenAndStaysOne() throws IOException {
    try (Replacement fresh = Replacement.of(Path.of("/dev/null"))) {
      fresh.writer().write("nothing");
      fresh.done();
    }
    assertThat(Files.isRegularFile(Path.of("/dev/null"))).isFalse();
    assertThat(Path.of("/dev/null")).exists();
  }

  @Test
  void aFolderIsNoFile() throws IOException {
    Path taken = Files.createDirectory(folder.resolve("report"));

    try (Replacement fresh = Replacement.of(taken)) {
      fresh.writer().write("new");
      assertThatThrownBy(fresh::done).isInstanceOf(IOException.class);
    }
    assertThat(folder.toFile().list()).containsExactly("report");
  }
}
