package org.colotape.schema.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Stream;
import org.colotape.schema.ColotapeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TopicsTest {
  @Test
  void aRecordingHasTopicsWithAPrefixOfItsOwn() {
    Topics topics = new Topics("demo-1");

    assertThat(topics.pages()).isEqualTo("colotape.demo-1.pages");
    assertThat(topics.control()).isEqualTo("colotape.demo-1.control");
  }

  static Stream<String> refused() {
    return Stream.of("", ".", "-a", "a b", "a/b", "ä", "a\nb", "a".repeat(Topics.MAX_NAME + 1));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void aNameThatKafkaWouldRefuseIsRefused(String name) {
    assertThatThrownBy(() -> new Topics(name))
        .isInstanceOf(ColotapeException.class)
        .hasMessageStartingWith("not a name for a recording");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "7.2-colo-verify", "A_b.c-d", "2026-11-23T13.00.00"})
  void commonNamesAreTaken(String name) {
    assertThat(new Topics(name).pages()).hasSizeLessThanOrEqualTo(249);
  }
}
