package org.colotape.analyzer.lab.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.colotape.schema.ColotapeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FaultTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "drop@3",
        "flip:0x101000@2",
        "swap@1",
        "lose:REPLY@4",
        "lose-return:VMSTATE_LOADED@2",
        "kill-pvm:PAGES@9",
        "cut:VMSTATE_SIZE@2"
      })
  void aFaultIsWrittenAsItWasRead(String text) {
    assertThat(Fault.parse(text)).hasToString(text);
  }

  @Test
  void aFaultWithoutCheckpointIsInTheSecond() {
    assertThat(Fault.parse("cut:request")).hasToString("cut:REQUEST@2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "melt@2",
        "drop@0",
        "drop@-1",
        "drop:page@2",
        "drop:-4096@2",
        "lose@2",
        "lose:PAGES@2",
        "cut:NOTHING@2",
        "drop@2@3"
      })
  void whatIsNoFaultIsRefusedWithAWayOut(String text) {
    assertThatThrownBy(() -> Fault.parse(text))
        .isInstanceOf(ColotapeException.class)
        .hasMessageMatching("(not a fault|no such message).*: .+");
  }
}
