package org.colotape.recorder.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntSupplier;
import org.colotape.recorder.fixture.Chunking;
import org.colotape.recorder.stream.ByteParser;
import org.colotape.schema.check.EventCheck;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;

/**
 * What must hold of a parser whatever bytes it gets: it does not throw; its events are the bytes,
 * and one end, and each is what the schema promises; they do not depend on how the bytes were cut;
 * and what it takes of memory and time is bounded by the number of bytes.
 *
 * <p>Memory is what the thread allocates, events included: no length that the bytes state may make
 * it more. Time is the thread's own, so that a busy machine does not matter.
 */
final class ParserOracle {
  /** The parser's windows, and a description that is held whole. */
  private static final long ALLOCATED_ANYWAY = 16L << 20;

  /** The dearest byte is one of a COLO message: four of them are an event of 300 bytes. */
  private static final long ALLOCATED_PER_BYTE = 512;

  private static final long NANOSECONDS_ANYWAY = 2_000_000_000L;
  private static final long NANOSECONDS_PER_BYTE = 20_000;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final Function<Consumer<Event>, ByteParser> parsers;

  /**
   * What parsing some bytes gives and costs.
   *
   * @param events the events
   * @param allocated bytes of memory
   * @param time nanoseconds of the thread
   */
  private record Parsed(List<Event> events, long allocated, long time) {
    boolean isAffordable(int length) {
      return allocated <= ALLOCATED_ANYWAY + ALLOCATED_PER_BYTE * length
          && time <= NANOSECONDS_ANYWAY + NANOSECONDS_PER_BYTE * length;
    }
  }

  /**
   * @param parsers makes the parser, which pushes its events to where it is told
   */
  ParserOracle(Function<Consumer<Event>, ByteParser> parsers) {
    this.parsers = parsers;
  }

  /** Checks one input. */
  void check(byte[] input) {
    Parsed parsed = parse(input, Chunking.whole().next());
    if (!parsed.isAffordable(input.length)) {
      // classes may have been loaded, which is nothing that the input costs
      parsed = parse(input, Chunking.whole().next());
      assertThat(parsed.isAffordable(input.length))
          .as("%d bytes in %d ns for %d", parsed.allocated, parsed.time, input.length)
          .isTrue();
    }
    demandLossless(input, parsed.events);
    Random random = new Random(Arrays.hashCode(input));
    int longest = 1 << random.nextInt(14);
    demandSame(parsed.events, parse(input, () -> 1 + random.nextInt(longest)).events);
  }

  private Parsed parse(byte[] input, IntSupplier chunks) {
    List<Event> events = new ArrayList<>();
    long allocated = THREADS.getCurrentThreadAllocatedBytes();
    long time = THREADS.getCurrentThreadCpuTime();
    new Chunking("", chunks).feed(input, parsers.apply(events::add));
    time = THREADS.getCurrentThreadCpuTime() - time;
    allocated = THREADS.getCurrentThreadAllocatedBytes() - allocated;
    return new Parsed(events, allocated, time);
  }

  private static void demandLossless(byte[] input, List<Event> events) {
    int at = 0;
    for (Event event : events) {
      ByteBuffer wire = event.getWire();
      if (event.getStreamOffset() != at
          || wire.remaining() > input.length - at
          || wire.mismatch(ByteBuffer.wrap(input, at, wire.remaining())) >= 0) {
        assertThat(event).as("event that takes the bytes from %d on", at).isNull();
      }
      at += wire.remaining();
      EventCheck.checkContents(event, () -> "parser");
    }
    assertThat(at).as("bytes in all events").isEqualTo(input.length);
    Event last = events.getLast();
    assertThat(last.getKind()).isEqualTo(Kind.CHANNEL_END);
    assertThat(last.getChannelEnd().getLength()).isEqualTo(input.length);
    assertThat(events.stream().filter(event -> event.getKind() == Kind.CHANNEL_END).count())
        .isEqualTo(1);
  }

  private static void demandSame(List<Event> whole, List<Event> cut) {
    for (int i = 0; i < Math.min(whole.size(), cut.size()); i++) {
      if (!whole.get(i).equals(cut.get(i))) {
        assertThat(cut.get(i)).as("event %d of the bytes in pieces", i).isEqualTo(whole.get(i));
      }
    }
    assertThat(cut).hasSameSizeAs(whole);
  }
}
