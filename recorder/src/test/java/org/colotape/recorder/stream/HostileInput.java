package org.colotape.recorder.stream;

import static org.colotape.recorder.fixture.MigrationStreamBuilder.empty;
import static org.colotape.recorder.fixture.MigrationStreamBuilder.stream;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.colotape.recorder.fixture.MigrationStreamBuilder;
import org.colotape.recorder.fixture.ReturnPathBuilder;
import org.colotape.schema.event.Closing;
import org.colotape.schema.event.Event;
import org.colotape.schema.log.StreamBytes;

/**
 * Feeds endless input to a parser and keeps nothing of the events: run in a JVM with a small heap,
 * it shows that the parser holds no more than it says.
 */
final class HostileInput {
  private static final int CHUNK = 1 << 20;

  /**
   * A kind of input.
   *
   * @param name for messages
   * @param chunks what comes first, by number 0, and what comes then
   * @param returnPath true if it is a return path
   */
  record Shape(String name, IntFunction<byte[]> chunks, boolean returnPath) {
    static Shape of(String name, MigrationStreamBuilder head, IntFunction<byte[]> chunk) {
      byte[] first = head.bytes();
      return new Shape(name, number -> number == 0 ? first : chunk.apply(number), false);
    }

    static Shape of(String name, MigrationStreamBuilder head, MigrationStreamBuilder pattern) {
      byte[] chunk = repeat(pattern.bytes());
      return of(name, head, number -> chunk);
    }

    /** Feeds that many bytes at least; returns how many. */
    long feed(long bytes, Consumer<Event> events) {
      ByteParser parser =
          returnPath ? new ReturnPathParser(0, events) : new StreamParser(0, events);
      long fed = 0;
      for (int number = 0; fed < bytes; number++) {
        ByteBuffer next = ByteBuffer.wrap(chunks.apply(number));
        fed += next.remaining();
        parser.feed(next);
      }
      parser.end(Closing.FILE_ENDED, "enough");
      return fed;
    }
  }

  private HostileInput() {}

  /**
   * Feeds each shape, and prints a line with the speed.
   *
   * @param arguments number of MiB of each shape
   */
  public static void main(String[] arguments) {
    long bytes = Long.parseLong(arguments[0]) << 20;
    for (Shape shape : shapes()) {
      long[] got = {0};
      long begin = System.nanoTime();
      long fed = shape.feed(bytes, event -> got[0] += StreamBytes.length(event));
      double seconds = (System.nanoTime() - begin) / 1e9;
      System.out.printf("%-32s %6.0f MB/s%n", shape.name, fed / 1e6 / seconds);
      if (got[0] != fed) {
        throw new AssertionError(shape.name + ": fed " + fed + " bytes, got " + got[0]);
      }
    }
  }

  /** All kinds of input. */
  static List<Shape> shapes() {
    byte[] noise = new byte[CHUNK];
    new Random(1).nextBytes(noise);
    byte[] zeros = new byte[CHUNK];
    byte[] bitmap = new ReturnPathBuilder().bitmap("pc.ram").bytes();
    bitmap[4 + 7 + 3] = 7;
    return List.of(
        Shape.of("zeros", ram(), empty().u64(0)),
        Shape.of("noise", ram(), number -> noise),
        Shape.of("footers", ram(), empty().footer(2)),
        Shape.of("zero pages out of order", ram(), empty().zero(0x3000).u8(0)),
        Shape.of("requests", ram(), empty().request().vmstateSend()),
        Shape.of("state", ram().sectionHead(4, 9, "endless", 0, 1), empty().text("state")),
        Shape.of("sections", ram(), HostileInput::sections),
        Shape.of("block list", ramHead().word(1L << 50, 4), HostileInput::blocks),
        Shape.of("bitmap of a mapped-ram file", mapped(1L << 42), empty().u64(-1)),
        Shape.of("hole of a mapped-ram file", mapped(1L << 32), number -> zeros),
        Shape.of("stale pages of a mapped-ram file", mapped(1L << 32), HostileInput::stale),
        Shape.of("configuration", stream(), empty().targetPageBits(12)),
        Shape.of("description", colo().u8(6).u32(64 << 20).u8('{'), empty().text("[{},{}],")),
        Shape.of(
            "description of many devices",
            colo().u8(6).u32(16 << 20).text("{\"devices\":["),
            empty().text("{\"name\":\"x\",\"fields\":[{},{}]},")),
        Shape.of(
            "blob",
            colo().description().request().vmstateSend().vmstateSize(1L << 40),
            empty().sectionHead(4, 7, "x", 0, 1)),
        new Shape("bitmap", number -> number == 0 ? bitmap : zeros, true),
        new Shape("return path of noise", number -> noise, true));
  }

  /** A mapped-ram file up to the bitmap of its first block. */
  private static MigrationStreamBuilder mapped(long usedLength) {
    MigrationStreamBuilder head =
        stream().capabilities("mapped-ram").sectionHead(1, 2, "ram", 0, 4).word(usedLength, 4);
    long bitmap = head.position() + 1L + 3 + 8 + 28;
    long pages = (bitmap + usedLength / 4096 / 8 + CHUNK) & -CHUNK;
    return head.mappedEntry("ram", usedLength, 1, 4096, bitmap, pages);
  }

  /** Zeros for the bitmap, and then what is not zero although no page is present. */
  private static byte[] stale(int number) {
    return number == 1 ? new byte[CHUNK] : repeat(new byte[] {1});
  }

  private static MigrationStreamBuilder ramHead() {
    return stream().sectionHead(1, 2, "ram", 0, 4);
  }

  private static MigrationStreamBuilder ram() {
    return stream().ramSetup().ramPart(ram -> ram.page("pc.ram", 0, 1));
  }

  private static MigrationStreamBuilder colo() {
    return stream().enableColo().ramSetup().eof();
  }

  private static byte[] repeat(byte[] pattern) {
    byte[] chunk = new byte[CHUNK / pattern.length * pattern.length];
    for (int at = 0; at < chunk.length; at += pattern.length) {
      System.arraycopy(pattern, 0, chunk, at, pattern.length);
    }
    return chunk;
  }

  private static byte[] sections(int number) {
    MigrationStreamBuilder sections = empty();
    String name = "n".repeat(250);
    for (int i = 0; i < 3000; i++) {
      int id = (number * 3000 + i) & 0xfffff;
      sections.sectionHead(4, id, name + i, number, 1).footer(id);
    }
    return sections.bytes();
  }

  private static byte[] blocks(int number) {
    MigrationStreamBuilder blocks = empty();
    for (int i = 0; i < 20_000; i++) {
      blocks.name(number + "/" + i).u64(4096);
    }
    return blocks.bytes();
  }
}
