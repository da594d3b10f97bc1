package org.colotape.recorder.fuzz;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.colotape.recorder.fixture.Captures;
import org.colotape.recorder.fixture.Captures.Captured;
import org.colotape.recorder.fixture.MigrationStreamBuilder;
import org.colotape.recorder.fixture.Parsing;
import org.colotape.recorder.fixture.SampleStreams;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.PageEncoding;

/**
 * Writes the seeds of all fuzz tests: slices of captures, and of streams that hold a bit of all.
 */
final class FuzzSeeds {
  private static final int RETURN_PATH_BYTES = 256;
  private static final int MULTIFD_BYTES = 16_000;
  private static final int DELTAS = 8;

  private static final List<String> STREAMS =
      List.of(
          "10.0-background-snapshot",
          "10.0-colo-xbzrle",
          "7.2-colo-nodesc",
          "7.2-colo-nofooter",
          "7.2-compress",
          "7.2-postcopy");

  private static final List<String> RETURN_PATHS =
      List.of("10.0-colo-xbzrle", "7.2-colo-retpath", "7.2-postcopy");

  private static final List<String> MULTIFD =
      List.of("10.0-colo-multifd", "10.0-multifd-zstd", "7.2-multifd-none");

  private final Path root;

  private FuzzSeeds(Path root) {
    this.root = root;
  }

  /**
   * Writes the seeds.
   *
   * @param arguments folder of the checkout
   */
  public static void main(String[] arguments) throws IOException {
    FuzzSeeds seeds = new FuzzSeeds(Path.of(arguments[0]));
    seeds.mainChannel();
    seeds.returnPath();
    seeds.furtherChannels();
    seeds.deltas();
  }

  private void mainChannel() throws IOException {
    Path folder = folder("recorder", "MainChannel");
    for (String capture : STREAMS) {
      Files.write(folder.resolve(capture), StreamSlice.of(Captures.stream(capture).read()));
    }
    Files.write(folder.resolve("sample-colo"), StreamSlice.of(SampleStreams.colo()));
    Files.write(folder.resolve("sample-small-pages"), smallPages());
    Files.write(folder.resolve("sample-old-colo"), StreamSlice.of(SampleStreams.oldColo()));
    Files.write(folder.resolve("sample-postcopy"), StreamSlice.of(SampleStreams.postcopy()));
    Files.write(
        folder.resolve("sample-without-footers"), StreamSlice.of(SampleStreams.withoutFooters()));
  }

  /** Pages of 1 KiB leave a fuzzer more to do with what is around them. */
  private static byte[] smallPages() {
    return MigrationStreamBuilder.stream()
        .capabilities("x-ignore-shared")
        .targetPageBits(10)
        .enableColo()
        .sectionHead(1, MigrationStreamBuilder.RAM_ID, "ram", 0, 4)
        .word(0x8000, MigrationStreamBuilder.MEM_SIZE)
        .name("r")
        .u64(0x8000)
        .u64(0)
        .endOfRam()
        .ramPart(ram -> ram.page("r", 0, 1).zeros(0x400, 3).xbzrle(0x400, new byte[] {0, 1, 7}))
        .device(3, "d", SampleStreams.state(20))
        .eof()
        .description()
        .checkpoint(ram -> ram.fill(0x800, 2), blob -> blob.device(3, "d", new byte[5]))
        .bytes();
  }

  private void returnPath() throws IOException {
    Path folder = folder("recorder", "ReturnPath");
    for (String capture : RETURN_PATHS) {
      write(folder.resolve(capture), Captures.returnPath(capture).read(), RETURN_PATH_BYTES);
    }
    Files.write(folder.resolve("sample"), SampleStreams.returnPath());
  }

  private void furtherChannels() throws IOException {
    Path multifd = folder("recorder", "Multifd");
    Path further = folder("recorder", "FurtherChannel");
    for (String capture : MULTIFD) {
      byte[] bytes =
          Captures.all()
              .filter(c -> c.capture().equals(capture) && c.channel() == 1)
              .map(Captured::read)
              .findFirst()
              .orElseThrow();
      write(multifd.resolve(capture), bytes, MULTIFD_BYTES);
    }
    Files.write(multifd.resolve("sample"), SampleStreams.multifd());
    Files.write(further.resolve("sample-multifd"), SampleStreams.multifd());
    Files.write(further.resolve("sample-preempt"), SampleStreams.preempt());
    Files.write(further.resolve("sample-resumed"), SampleStreams.resumed());
  }

  /** The shortest deltas of a capture, of different lengths. */
  private void deltas() throws IOException {
    Path folder = folder("replayer", "Xbzrle");
    List<byte[]> deltas =
        Parsing.stream(Captures.stream("7.2-xbzrle").read()).of(Kind.PAGE).stream()
            .filter(event -> event.getPage().getEncoding() == PageEncoding.XBZRLE)
            .map(FuzzSeeds::contents)
            .toList();
    int[] lengths = deltas.stream().mapToInt(delta -> delta.length).sorted().distinct().toArray();
    for (int length : Arrays.copyOf(lengths, Math.min(DELTAS, lengths.length))) {
      byte[] delta = deltas.stream().filter(d -> d.length == length).findFirst().orElseThrow();
      Files.write(folder.resolve("7.2-xbzrle-" + length), delta);
    }
  }

  private static byte[] contents(Event event) {
    ByteBuffer wire = event.getWire().slice();
    wire.position(event.getPage().getDataStart());
    byte[] contents = new byte[wire.remaining()];
    wire.get(contents);
    return contents;
  }

  private static void write(Path file, byte[] bytes, int most) throws IOException {
    Files.write(file, Arrays.copyOf(bytes, Math.min(bytes.length, most)));
  }

  private Path folder(String module, String target) throws IOException {
    return Files.createDirectories(
        root.resolve(module)
            .resolve("src/test/resources/org/colotape")
            .resolve(module)
            .resolve("fuzz")
            .resolve(target + "FuzzTestInputs"));
  }
}
