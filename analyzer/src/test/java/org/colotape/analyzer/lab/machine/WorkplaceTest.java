package org.colotape.analyzer.lab.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkplaceTest {
  @Test
  void guestMemoryAndMonitorsAreWhereNoOtherUserCanComeToThem(@TempDir Path parent)
      throws IOException {
    try (Workplace place = Workplace.in(parent)) {
      for (Path folder : List.of(place.folder(), place.memory())) {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
            .isEqualTo("rwx------");
      }
    }
    assertThat(parent).isEmptyDirectory();
  }
}
