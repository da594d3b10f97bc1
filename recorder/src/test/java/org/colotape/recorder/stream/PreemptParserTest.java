package org.colotape.recorder.stream;

import static org.assertj.core.api.Assertions.assertThat;

import org.colotape.recorder.fixture.Chunking;
import org.colotape.recorder.fixture.Events;
import org.colotape.recorder.fixture.MigrationStreamBuilder;
import org.colotape.recorder.fixture.Parsing;
import org.colotape.recorder.fixture.SampleStreams;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.Page;
import org.colotape.schema.event.PageEncoding;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The channel for pages that were asked for in postcopy (QEMU migration/postcopy-ram.c). */
class PreemptParserTest {
  @Test
  void pagesStandOneBehindTheOtherUpToTheEnd() {
    Events events = Parsing.channel(SampleStreams.preempt());

    assertThat(events.kinds())
        .containsExactly(Kind.PAGE, Kind.PAGE, Kind.PAGE, Kind.PAGE, Kind.RAM_MARK);
    assertThat(events.pages())
        .extracting(Page::getBlock)
        .containsExactly("pc.ram", "pc.ram", "vga.vram", "vga.vram");
    assertThat(events.pages())
        .extracting(Page::getOffset)
        .containsExactly(0xb000L, 0xc000L, 0x2000L, 0x3000L);
    assertThat(events.pages())
        .extracting(Page::getEncoding)
        .containsExactly(PageEncoding.RAW, PageEncoding.ZERO, PageEncoding.ZERO, PageEncoding.RAW);
    assertThat(events.only(Kind.CHANNEL_END).getChannelEnd().getAtBoundary()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 8, 9, 4096})
  void eventsDoNotDependOnTheChunks(int length) {
    byte[] bytes = SampleStreams.preempt();

    assertThat(Parsing.channel(bytes, Chunking.of(length)).all())
        .isEqualTo(Parsing.channel(bytes).all());
  }

  @Test
  void aChannelOnWhichNoPageWasAskedForIsItsEndAlone() {
    byte[] bytes = MigrationStreamBuilder.empty().word(0, MigrationStreamBuilder.EOS).bytes();

    assertThat(Parsing.channel(bytes).kinds()).containsExactly(Kind.RAM_MARK);
  }

  @Test
  void pagesHaveTheSizeThatTheMainChannelStates() {
    byte[] bytes =
        MigrationStreamBuilder.empty().pageSize(1024).page("ram", 0xc00, 7).zero(0x400).bytes();

    Events events = Parsing.channel(bytes, 1024);

    assertThat(events.pages()).extracting(Page::getPageSize).containsOnly(1024);
    assertThat(events.pages()).extracting(Page::getOffset).containsExactly(0xc00L, 0x400L);
  }

  @Test
  void pagesBehindDamageAreFoundAgain() {
    byte[] bytes =
        MigrationStreamBuilder.empty()
            .page("pc.ram", 0x1000, 1)
            .raw(SampleStreams.state(100))
            .page("pc.ram", 0x2000, 2)
            .page(0x3000, 3)
            .word(0, MigrationStreamBuilder.EOS)
            .bytes();

    Events events = Parsing.channel(bytes);

    assertThat(events.kinds())
        .containsExactly(Kind.PAGE, Kind.OPAQUE, Kind.PAGE, Kind.PAGE, Kind.RAM_MARK);
    assertThat(events.wire()).isEqualTo(bytes);
    assertThat(events.only(Kind.OPAQUE).getWire().remaining()).isEqualTo(100);
  }

  @Test
  void aChannelThatIsCutInAPageKeepsItsBytes() {
    byte[] bytes =
        MigrationStreamBuilder.empty()
            .page("pc.ram", 0x1000, 1)
            .word(0x2000, MigrationStreamBuilder.PAGE | MigrationStreamBuilder.CONTINUE)
            .filled(100, 2)
            .bytes();

    Events events = Parsing.channel(bytes);

    assertThat(events.kinds()).containsExactly(Kind.PAGE, Kind.OPAQUE);
    assertThat(events.only(Kind.OPAQUE).getOpaque().getCut()).isTrue();
    assertThat(events.only(Kind.CHANNEL_END).getChannelEnd().getAtBoundary()).isFalse();
  }

  @Test
  void bytesBehindTheEndAreKept() {
    byte[] bytes =
        MigrationStreamBuilder.empty()
            .zero("pc.ram", 0x1000)
            .word(0, MigrationStreamBuilder.EOS)
            .raw(SampleStreams.state(20))
            .bytes();

    Events events = Parsing.channel(bytes);

    assertThat(events.kinds()).containsExactly(Kind.PAGE, Kind.RAM_MARK, Kind.OPAQUE);
    assertThat(events.wire()).isEqualTo(bytes);
  }
}
