package org.colotape.recorder.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * Whatever the input, the parsers hold a bounded part of it. The system property {@code
 * colotape.hostile.mebibytes} says how much of each kind of input is fed.
 */
class BoundedMemoryTest {
  private static final String HEAP = "-Xmx64m";

  /** More than fits into the heap. */
  private static final int MEBIBYTES = Integer.getInteger("colotape.hostile.mebibytes", 72);

  @Test
  void endlessInputOfAnyKindIsReadInASmallHeap() throws IOException, InterruptedException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();

    Process process =
        new ProcessBuilder(
                java,
                HEAP,
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                HostileInput.class.getName(),
                Integer.toString(MEBIBYTES))
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor()).as(output).isZero();
    assertThat(output.lines()).hasSameSizeAs(HostileInput.shapes());
  }
}
