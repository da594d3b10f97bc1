package org.colotape.recorder.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.colotape.recorder.fixture.MigrationStreamBuilder.empty;
import static org.colotape.recorder.fixture.MigrationStreamBuilder.stream;

import org.colotape.recorder.fixture.Events;
import org.colotape.recorder.fixture.MigrationStreamBuilder;
import org.colotape.recorder.fixture.Parsing;
import org.colotape.schema.event.Configuration;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.Page;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** WIRE-FORMAT section 1: what leads a migration stream. */
class HeaderAndConfigurationTest {
  @Test
  void aStreamBeginsWithMagicAndVersionThree() {
    Events events = Parsing.stream(empty().header().bytes());

    assertThat(events.kinds()).containsExactly(Kind.STREAM_HEADER);
    assertThat(Events.wire(events.only(Kind.STREAM_HEADER)))
        .asHexString()
        .isEqualTo("5145564D00000003");
    assertThat(events.end().getAtBoundary()).isTrue();
  }

  @Test
  void bytesWithoutTheMagicAreOpaqueAndSayWhy() {
    Events events = Parsing.stream(empty().text("GET / HTTP/1.1").bytes());

    assertThat(events.kinds()).containsExactly(Kind.OPAQUE);
    assertThat(events.opaque().getFirst().getReason()).startsWith("not a migration stream");
    assertThat(events.end().getAtBoundary()).isFalse();
  }

  @Test
  void versionTwoIsRefusedAsQemuRefusesIt() {
    Events events = Parsing.stream(empty().u32(0x5145564d).u32(2).eof().bytes());

    assertThat(events.opaque().getFirst().getReason())
        .isEqualTo("migration stream version 2, only 3 is known");
  }

  @Test
  void aStreamWithoutBytesEndsAtABoundary() {
    Events events = Parsing.stream(new byte[0]);

    assertThat(events.kinds()).isEmpty();
    assertThat(events.end().getAtBoundary()).isTrue();
    assertThat(events.end().getReason()).isEqualTo("end of file");
  }

  @Test
  void aConfigurationNamesTheMachine() {
    Configuration configuration = configurationOf(empty().header().configuration("pc-q35-9.2"));

    assertThat(configuration.getMachine()).isEqualTo("pc-q35-9.2");
    assertThat(configuration.getCapabilities()).isEmpty();
    assertThat(configuration.getTargetPageBits()).isEqualTo(-1);
  }

  @Test
  void aConfigurationCarriesCapabilitiesPageBitsAndUuidInSubsections() {
    Configuration configuration =
        configurationOf(
            stream().capabilities("postcopy-ram", "x-colo").targetPageBits(12).uuid(new byte[16]));

    assertThat(configuration.getCapabilities()).containsExactly("postcopy-ram", "x-colo");
    assertThat(configuration.getTargetPageBits()).isEqualTo(12);
  }

  @ParameterizedTest
  @CsvSource({"pc-i440fx-10.0, 4096", "clipper, 8192", "sun4u, 8192", "versatilepb, 1024"})
  void aMachineThatStatesNoPageBitsHasThePageSizeOfItsTarget(String machine, int pageSize) {
    Events events =
        Parsing.stream(
            empty()
                .header()
                .configuration(machine)
                .pageSize(pageSize)
                .ramSetup()
                .ramPart(ram -> ram.page("pc.ram", 0, 1).zeros(pageSize, 3).page(4L * pageSize, 2))
                .bytes());

    assertThat(events.opaque()).isEmpty();
    assertThat(events.only(Kind.RAM_BLOCK_LIST).getBlocks().getPageSize()).isEqualTo(pageSize);
    assertThat(events.pages())
        .extracting(Page::getPageSize, Page::getPages)
        .containsExactly(tuple(pageSize, 1), tuple(pageSize, 3), tuple(pageSize, 1));
  }

  @Test
  void pageBitsThatTheConfigurationStatesAreThoseOfTheStreamWhateverTheMachine() {
    Events events =
        Parsing.stream(
            empty().header().configuration("versatilepb").targetPageBits(12).ramSetup().bytes());

    assertThat(events.only(Kind.RAM_BLOCK_LIST).getBlocks().getPageSize()).isEqualTo(4096);
  }

  @Test
  void aStreamOfAnOldMachineHasNoConfiguration() {
    Events events = Parsing.stream(empty().header().ramSetup().bytes());

    assertThat(events.kinds())
        .startsWith(Kind.STREAM_HEADER, Kind.SECTION_START, Kind.RAM_BLOCK_LIST);
  }

  @Test
  void aSubsectionThatIsNotKnownIsOpaqueAndTheRamBehindItIsRead() {
    Events events =
        Parsing.stream(
            stream().u8(0x05).name("configuration/new").u32(1).u32(77).ramSetup().bytes());

    assertThat(events.opaque().getFirst().getReason())
        .isEqualTo("unknown subsection 'configuration/new' of configuration");
    assertThat(events.of(Kind.RAM_BLOCK_LIST)).hasSize(1);
  }

  private static Configuration configurationOf(MigrationStreamBuilder stream) {
    Events events = Parsing.stream(stream.ramSetup().bytes());
    assertThat(events.opaque()).isEmpty();
    return events.only(Kind.CONFIGURATION).getConfiguration();
  }
}
