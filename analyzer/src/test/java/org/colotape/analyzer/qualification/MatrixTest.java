package org.colotape.analyzer.qualification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Collectors;
import org.colotape.analyzer.lab.Encoding;
import org.colotape.analyzer.lab.guest.Pattern;
import org.colotape.schema.ColotapeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the matrix holds. */
class MatrixTest {
  @ParameterizedTest
  @EnumSource
  void everyMachineAndEncodingTakesTwentyCheckpointsUnderEachPattern(Encoding encoding) {
    for (String machine : List.of("pc", "q35")) {
      for (Pattern pattern : Pattern.values()) {
        assertThat(Matrix.named(machine + "/" + encoding + "/load-" + pattern))
            .singleElement()
            .satisfies(one -> {
              assertThat(one.course().checkpoints()).isEqualTo(20);
              assertThat(one.course().pattern()).isEqualTo(pattern);
              assertThat(one.course().isLoad()).isTrue();
            });
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"pc/plain", "pc/multifd", "q35/plain", "q35/multifd"})
  void everyFailureIsTriedWithPagesOnTheMainChannelAndOnOthers(String configuration) {
    assertThat(
            Matrix.named(configuration + "/*").stream()
                .map(Case::course)
                .filter(course -> !course.isLoad())
                .map(Course::name))
        .containsExactly(
            "failover-request",
            "failover-reply",
            "failover-vmstate-send",
            "failover-pages",
            "failover-vmstate-size",
            "failover-vmstate-received",
            "failover-vmstate-loaded",
            "primary-killed",
            "secondary-killed",
            "link-lost",
            "return-path-lost");
  }

  @Test
  void eachCaseHasANameOfItsOwn() {
    assertThat(Matrix.all().stream().map(Case::name).collect(Collectors.toSet()))
        .hasSameSizeAs(Matrix.all());
  }

  @Test
  void aNameMayStandForSeveral() {
    assertThat(Matrix.named("{pc,q35}/multifd*/load-hot")).hasSize(6);
    assertThat(Matrix.named("pc/**")).allMatch(one -> one.configuration().machine().equals("pc"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"pc", "pc/plain", "isapc/plain/load-hot", "{pc/plain/load-hot", ""})
  void aNameThatStandsForNoneIsRefused(String name) {
    assertThatThrownBy(() -> Matrix.named(name))
        .isInstanceOf(ColotapeException.class)
        .hasMessageContaining("no such case");
  }
}
