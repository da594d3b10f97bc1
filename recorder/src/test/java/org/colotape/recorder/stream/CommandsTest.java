package org.colotape.recorder.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.colotape.recorder.fixture.MigrationStreamBuilder.stream;
import static org.colotape.recorder.fixture.SampleStreams.state;

import org.colotape.recorder.fixture.Events;
import org.colotape.recorder.fixture.MigrationStreamBuilder;
import org.colotape.recorder.fixture.Parsing;
import org.colotape.recorder.fixture.SampleStreams;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.MigCommand;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** WIRE-FORMAT section 1: commands, and the package that one of them brings. */
class CommandsTest {
  @ParameterizedTest
  @CsvSource({
    "1, 0, OPEN_RETURN_PATH",
    "2, 4, PING",
    "3, 0, POSTCOPY_ADVISE",
    "3, 16, POSTCOPY_ADVISE",
    "4, 0, POSTCOPY_LISTEN",
    "5, 0, POSTCOPY_RUN",
    "6, 40, POSTCOPY_RAM_DISCARD",
    "8, 0, ENABLE_COLO",
    "9, 0, POSTCOPY_RESUME",
    "10, 7, RECV_BITMAP",
    "11, 0, SWITCHOVER_START"
  })
  void aCommandIsAnEventOfItsOwn(int number, int length, String name) {
    Events events = Parsing.stream(stream().command(number, new byte[length]).ramSetup().bytes());

    assertThat(events.opaque()).isEmpty();
    assertThat(events.only(Kind.MIG_COMMAND).getCommand())
        .isEqualTo(new MigCommand(number, name, length));
    assertThat(events.only(Kind.MIG_COMMAND).getWire().remaining()).isEqualTo(5 + length);
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "12, 0", "2, 3", "8, 1", "65535, 65535"})
  void aCommandThatDoesNotExistOrHasAnotherPayloadIsOpaque(int number, int length) {
    Events events =
        Parsing.stream(
            stream().u8(0x08).u16(number).u16(length).ramSetup().ramPart(r -> {}).bytes());

    assertThat(events.opaque().getFirst().getReason())
        .isEqualTo("command " + number + " with a payload of " + length + " bytes");
    assertThat(events.of(Kind.RAM_BLOCK_LIST)).as("what is behind it").hasSize(1);
  }

  @Test
  void aPackageIsAPieceOfTheStream() {
    Events events = Parsing.stream(SampleStreams.postcopy());

    assertThat(events.opaque()).isEmpty();
    assertThat(events.of(Kind.MIG_COMMAND))
        .extracting(event -> event.getCommand().getName())
        .endsWith("PACKAGED", "POSTCOPY_LISTEN", "POSTCOPY_RUN");
    assertThat(events.of(Kind.DEVICE_STATE))
        .extracting(event -> event.getWire().remaining())
        .containsExactly(700, 30);
    assertThat(events.pages()).hasSize(5);
    assertThat(events.end().getAtBoundary()).isTrue();
  }

  @Test
  void aPackageInAPackageIsOpaqueAndTheStreamGoesOnBehindTheOuterOne() {
    Events events =
        Parsing.stream(
            stream()
                .ramSetup()
                .packaged(inner ->
                    inner
                        .device(5, "cpu", state(20))
                        .packaged(nested -> nested.device(6, "timer", state(20))))
                .ramEnd(ram -> ram.page("pc.ram", 0, 1))
                .bytes());

    assertThat(events.opaque().getFirst().getReason())
        .isEqualTo("a package inside of a package or blob");
    assertThat(events.opaque().getFirst().getPath()).isEqualTo("package, between sections");
    assertThat(events.pages()).hasSize(1);
  }

  @Test
  void anElementThatReachesBeyondItsPackageIsOpaqueAndTheStreamGoesOnBehindIt() {
    MigrationStreamBuilder stream = stream().ramSetup();
    Events events =
        Parsing.stream(
            stream
                .packaged(inner -> inner.sectionHead(4, 5, "cpu", 0, 1).raw(state(20)))
                .ramEnd(ram -> ram.page("pc.ram", 0, 1))
                .bytes());

    assertThat(events.of(Kind.OPAQUE)).hasSize(1);
    assertThat(events.opaqueBytes()).isEqualTo(20);
    assertThat(events.opaque().getFirst().getPath()).isEqualTo("package, section 5 (cpu)");
    assertThat(events.of(Kind.PAGE)).extracting(Event::getStreamOffset).hasSize(1);
  }

  @Test
  void anEmptyPackageIsNothingButItsCommand() {
    Events events =
        Parsing.stream(stream().ramSetup().packaged(inner -> {}).ramEnd(r -> {}).bytes());

    assertThat(events.opaque()).isEmpty();
    assertThat(events.of(Kind.SECTION_END)).hasSize(2);
  }
}
