package org.colotape.recorder.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.colotape.recorder.fixture.Captures;
import org.colotape.recorder.fixture.Captures.Captured;
import org.colotape.recorder.fixture.Chunking;
import org.colotape.recorder.fixture.Events;
import org.colotape.recorder.fixture.Parsing;
import org.colotape.schema.event.Kind;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Law 1 on real input: every byte of every captured channel, in both directions, belongs to exactly
 * one event.
 */
class LosslessCapturesTest {
  private static final int SLICE = 200_000;

  static Stream<Captured> captures() {
    return Captures.all();
  }

  @ParameterizedTest
  @MethodSource("captures")
  void eventsOneAfterTheOtherAreTheCapturedBytesWhateverTheChunking(Captured captured) {
    byte[] bytes = captured.read();
    long seed = captured.toString().hashCode();

    Events whole = Parsing.captured(captured, bytes, Chunking.whole());
    Events chunks = Parsing.captured(captured, bytes, Chunking.random(seed));

    assertThat(whole.length()).isEqualTo(captured.bytes());
    assertThat(whole.sha256OfWire()).isEqualTo(captured.sha256());
    assertThat(chunks.lines())
        .as("events of random chunks, seed %d", seed)
        .isEqualTo(whole.lines());
    assertThat(chunks.sha256OfWire()).isEqualTo(captured.sha256());
  }

  @ParameterizedTest
  @MethodSource("captures")
  void oneByteAtATimeGivesTheSameEvents(Captured captured) {
    byte[] bytes = captured.read();
    Random random = new Random(captured.toString().hashCode());
    int begin = bytes.length <= 2 * SLICE ? 0 : random.nextInt(bytes.length - SLICE);
    byte[] head = Arrays.copyOf(bytes, Math.min(bytes.length, SLICE));
    byte[] middle = Arrays.copyOfRange(bytes, begin, Math.min(bytes.length, begin + SLICE));

    for (byte[] slice : new byte[][] {head, middle}) {
      Events single = Parsing.captured(captured, slice, Chunking.of(1));

      assertThat(single.lines())
          .as("events of one byte at a time")
          .isEqualTo(Parsing.captured(captured, slice, Chunking.whole()).lines());
      assertThat(single.wire()).isEqualTo(slice);
    }
  }

  @ParameterizedTest
  @MethodSource("captures")
  void nothingIsOpaqueButWhatALostSideHasCut(Captured captured) {
    Events events = Parsing.captured(captured, captured.read(), Chunking.whole());

    assertThat(events.opaque()).allMatch(opaque -> opaque.getCut() && captured.isCut());
  }

  /** The description lists the devices with the lengths of their state, from QEMU itself. */
  @ParameterizedTest
  @MethodSource("captures")
  void noVmDescriptionContradictsTheEndsOfSectionsThatWereFound(Captured captured) {
    Events events = Parsing.captured(captured, captured.read(), Chunking.whole());

    assertThat(
            events.of(Kind.VM_DESCRIPTION).stream()
                .flatMap(event -> event.getDescription().getContradictions().stream()))
        .isEmpty();
  }
}
