package org.colotape.schema.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.function.Consumer;
import java.util.stream.Stream;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.event.Recording;
import org.colotape.schema.event.RecordingId;
import org.colotape.schema.event.RecordingState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EntryCheckTest {
  @Test
  void anEntryWithTheMostPartitionsAndAnyNamePasses() {
    Recording entry = sound();
    entry.setName("\u001b[31m");
    entry.setPagePartitions(Limits.MAX_PARTITIONS);

    assertThat(EntryCheck.check(entry, () -> "here")).isSameAs(entry);
  }

  static Stream<Consumer<Recording>> unsound() {
    return Stream.of(
        entry -> entry.setPagePartitions(0),
        entry -> entry.setPagePartitions(Limits.MAX_PARTITIONS + 1),
        entry -> entry.setPagePartitions(Integer.MAX_VALUE),
        entry -> entry.setEvents(-1),
        entry -> entry.setPages(-1),
        entry -> entry.setWireBytes(-1),
        entry -> entry.setLastCheckpoint(-2));
  }

  @ParameterizedTest
  @MethodSource("unsound")
  void anEntryThatSaysWhatCannotBeIsRefused(Consumer<Recording> change) {
    Recording entry = sound();
    change.accept(entry);

    assertThatThrownBy(() -> EntryCheck.check(entry, () -> "here"))
        .isInstanceOf(ColotapeException.class)
        .hasMessageMatching("what leads the recording is not sound: .* \\(here\\): restore it .*");
  }

  private static Recording sound() {
    return Recording.newBuilder()
        .setId(new RecordingId(new byte[16]))
        .setName("sound")
        .setState(RecordingState.SEALED)
        .setCreatedAt(0)
        .setPagePartitions(1)
        .build();
  }
}
