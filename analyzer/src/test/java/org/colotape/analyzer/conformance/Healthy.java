package org.colotape.analyzer.conformance;

import java.util.Arrays;
import java.util.function.Consumer;
import java.util.zip.Deflater;
import org.colotape.recorder.fixture.MigrationStreamBuilder;
import org.colotape.recorder.fixture.MigrationStreamBuilder.Block;
import org.colotape.recorder.fixture.ReturnPathBuilder;
import org.colotape.recorder.fixture.SampleStreams;

/**
 * A small stream that breaks no rule, of which any part can be replaced by one that does: one RAM
 * block of {@value #PAGES} pages, all of which are sent, two devices, two checkpoints.
 */
final class Healthy {
  static final String BLOCK = "pc.ram";
  static final int PAGE = 4096;
  static final int PAGES = 8;
  static final long LENGTH = (long) PAGES * PAGE;

  /** zlib data of a page of zeros, as {@code python3 -c 'zlib.compress(bytes(4096))'} makes it. */
  static final byte[] ZLIB = deflated();

  Consumer<MigrationStreamBuilder> head = b -> b.header().configuration("pc-i440fx-10.0");
  Consumer<MigrationStreamBuilder> commands = MigrationStreamBuilder::enableColo;
  Consumer<MigrationStreamBuilder> setup = b -> b.ramSetup(new Block(BLOCK, LENGTH));
  Consumer<MigrationStreamBuilder> part =
      b -> b.ramPart(ram -> ram.page(BLOCK, 0, 0xb0).zeros(0x1000, 3));
  Consumer<MigrationStreamBuilder> ramEnd =
      b -> b.ramEnd(ram -> ram.page(BLOCK, 0x4000, 0xb1).zeros(0x5000, 3));
  Consumer<MigrationStreamBuilder> devices = Healthy::devices;
  Consumer<MigrationStreamBuilder> description = MigrationStreamBuilder::description;
  Consumer<MigrationStreamBuilder> checkpoint = b -> b.checkpoint(Healthy::dirty, Healthy::devices);
  int checkpoints = 2;

  /** A stream whose records of RAM, in its first PART, are these. */
  static Healthy records(Consumer<MigrationStreamBuilder> records) {
    Healthy healthy = new Healthy();
    healthy.part = b -> b.ramPart(ram -> ram.page(BLOCK, 0, 0xb0).zeros(0x1000, 3).with(records));
    return healthy;
  }

  /** A stream whose checkpoints have these records of RAM. */
  static Healthy dirty(Consumer<MigrationStreamBuilder> records) {
    Healthy healthy = new Healthy();
    healthy.checkpoint = b -> b.checkpoint(records, Healthy::devices);
    return healthy;
  }

  /** A stream with these commands before its RAM. */
  static Healthy commands(Consumer<MigrationStreamBuilder> commands) {
    Healthy healthy = new Healthy();
    healthy.commands = commands;
    healthy.checkpoints = 0;
    return healthy;
  }

  /** A stream with this VM description of its devices. */
  static Healthy described(String json) {
    Healthy healthy = new Healthy();
    healthy.description = b -> b.description(json);
    return healthy;
  }

  /** The description that the devices have. */
  static String json() {
    return """
    {"page_size":4096,"devices":[\
    {"name":"timer","instance_id":0,"vmsd_name":"timer","version":1,\
    "fields":[{"name":"ticks","type":"uint64","size":8,"array_len":5}]},\
    {"name":"cpu","instance_id":0,"vmsd_name":"cpu","version":1,\
    "fields":[{"name":"env","type":"struct","size":194,"struct":{"vmsd_name":"env","version":1,\
    "fields":[{"name":"regs","type":"buffer","size":194}]}}],\
    "subsections":[]}]}\
    """;
  }

  MigrationStreamBuilder stream() {
    MigrationStreamBuilder stream = upToDescription();
    for (int i = 0; i < checkpoints; i++) {
      stream.with(checkpoint);
    }
    return stream;
  }

  MigrationStreamBuilder upToDescription() {
    return MigrationStreamBuilder.empty()
        .with(head)
        .with(commands)
        .with(setup)
        .with(part)
        .with(ramEnd)
        .with(devices)
        .eof()
        .with(description);
  }

  Verified verified() {
    return Verified.stream(stream());
  }

  /** The stream as it came, checkpoint by checkpoint, with what the secondary answered. */
  Verified answered(ReturnPathBuilder... answers) {
    MigrationStreamBuilder[] pieces = new MigrationStreamBuilder[1 + 2 * checkpoints];
    pieces[0] = upToDescription();
    for (int i = 0; i < checkpoints; i++) {
      byte[] bytes = MigrationStreamBuilder.empty().with(checkpoint).bytes();
      pieces[1 + 2 * i] = MigrationStreamBuilder.empty().request();
      pieces[2 + 2 * i] =
          MigrationStreamBuilder.empty()
              .raw(Arrays.copyOfRange(bytes, Integer.BYTES, bytes.length));
    }
    return Verified.exchange(pieces, answers);
  }

  static void dirty(MigrationStreamBuilder ram) {
    ram.page(BLOCK, 0x4000, 0xc0).zeros(0x5000, 2);
  }

  static void devices(MigrationStreamBuilder b) {
    b.device(0, "timer", SampleStreams.state(40)).device(3, "cpu", SampleStreams.state(194));
  }

  private static byte[] deflated() {
    Deflater deflater = new Deflater();
    try {
      deflater.setInput(new byte[PAGE]);
      deflater.finish();
      byte[] data = new byte[PAGE];
      return Arrays.copyOf(data, deflater.deflate(data));
    } finally {
      deflater.end();
    }
  }
}
