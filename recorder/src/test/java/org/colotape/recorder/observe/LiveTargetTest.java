package org.colotape.recorder.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.event.Memory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LiveTargetTest {
  @ParameterizedTest
  @CsvSource({
    "/dev/shm/x.ram,,/dev/shm/x.ram,0,",
    "ram=/dev/shm/x.ram,ram,/dev/shm/x.ram,0,",
    "pid:4711,,,4711,",
    "pc.ram=pid:4711,pc.ram,,4711,",
    "'pid:4711,qmp:/tmp/q',,,4711,/tmp/q",
    "'ram=pid:4711,qmp:/tmp/q',ram,,4711,/tmp/q",
    "qmp:/tmp/q,,,0,/tmp/q",
    "'/rom@etc/acpi/tables=pid:4711,qmp:/tmp/q',/rom@etc/acpi/tables,,4711,/tmp/q",
    "0000:00:02.0/vga.vram=qmp:/tmp/q,0000:00:02.0/vga.vram,,0,/tmp/q",
    "/objects/ram=/dev/shm/x.ram,/objects/ram,/dev/shm/x.ram,0,",
    "/dev/shm/a=b.ram,,/dev/shm/a=b.ram,0,"
  })
  void aMemoryIsAFileOrAProcessPerhapsWithAMonitorOrAMonitorAlone(
      String text, @Nullable String block, @Nullable Path file, long pid, @Nullable Path monitor) {
    assertThat(LiveTarget.parse(Memory.SVM, text))
        .isEqualTo(new LiveTarget(Memory.SVM, block, file, pid, monitor));
  }

  @ParameterizedTest
  @CsvSource({"/dev/shm/x.ram", "qmp:/tmp/q"})
  void theCacheIsInAProcess(String text) {
    assertThatThrownBy(() -> LiveTarget.parse(Memory.CACHE, text))
        .isInstanceOf(ColotapeException.class)
        .hasMessage(
            "not a memory to observe (" + text + "): write it as [BLOCK=]pid:N[,qmp:SOCKET]");
  }

  @Test
  void theCacheOfAProcessCanBeNamed() {
    assertThat(LiveTarget.parse(Memory.CACHE, "ram=pid:1").pid()).isEqualTo(1);
    assertThat(LiveTarget.parse(Memory.CACHE, "pid:1,qmp:/tmp/q").monitor())
        .isEqualTo(Path.of("/tmp/q"));
  }
}
