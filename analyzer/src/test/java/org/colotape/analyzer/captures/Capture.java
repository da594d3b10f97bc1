package org.colotape.analyzer.captures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.colotape.recorder.feed.CapturedFile;
import org.colotape.recorder.feed.FileFeed;
import org.colotape.recorder.fixture.Captures;
import org.colotape.recorder.observe.ImageObserver;
import org.colotape.recorder.observe.MemoryImage;
import org.colotape.recorder.session.CheckpointObserver;
import org.colotape.recorder.session.RecordingSession;
import org.colotape.replayer.memory.RamBlockMemory;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Memory;
import org.colotape.schema.event.RecordingId;
import org.colotape.schema.event.RecordingStart;
import org.colotape.schema.log.EventSink;
import org.jspecify.annotations.Nullable;

/**
 * A capture of real QEMU: a folder with a manifest, streams, and images of the PVM's memory. Small
 * ones are part of the repository, with the recorder's tests; the others are looked for where the
 * system property {@code colotape.captures} or the environment variable {@code COLOTAPE_CAPTURES}
 * says, else beside the checkout.
 */
final class Capture {
  /** An image of the PVM's RAM at a checkpoint. */
  record Image(int checkpoint, String block, MemorySegment bytes) {
    /** Pages on which it differs from a rebuilt block. */
    BitSet differingFrom(RamBlockMemory block) {
      assertThat(bytes.byteSize()).isEqualTo(block.usedLength());
      BitSet differing = new BitSet();
      for (int page = 0; page < block.pages(); page++) {
        if (page(page, block.pageSize()).mismatch(block.page(page)) >= 0) {
          differing.set(page);
        }
      }
      return differing;
    }

    /** Pages on which it differs from another image. */
    BitSet differingFrom(Image other, int pageSize) {
      BitSet differing = new BitSet();
      for (int page = 0; page < bytes.byteSize() / pageSize; page++) {
        if (page(page, pageSize).mismatch(other.page(page, pageSize)) >= 0) {
          differing.set(page);
        }
      }
      return differing;
    }

    private MemorySegment page(int page, int pageSize) {
      return bytes.asSlice((long) page * pageSize, pageSize);
    }
  }

  private final Path folder;
  private final JsonNode manifest;

  private Capture(Path folder, JsonNode manifest) {
    this.folder = folder;
    this.manifest = manifest;
  }

  /** The capture of that name; the test is skipped if it is not there. */
  static Capture named(String name) throws IOException {
    @Nullable String stated =
        System.getProperty("colotape.captures", System.getenv("COLOTAPE_CAPTURES"));
    Path root = stated == null ? Path.of("..", "..", "shared", "captures") : Path.of(stated);
    Path bundled = Captures.BUNDLED.resolve(name);
    Path folder = Files.isDirectory(bundled) ? bundled : root.resolve(name);
    Path manifest = folder.resolve("manifest.json");
    assumeTrue(
        Files.isRegularFile(manifest),
        "no capture in " + folder.toAbsolutePath() + ": set COLOTAPE_CAPTURES to where they are");
    return new Capture(folder, new ObjectMapper().readTree(manifest.toFile()));
  }

  /** A capture that is part of the repository. */
  static Capture kept(String name) throws IOException {
    try {
      Path folder = Path.of(Objects.requireNonNull(Capture.class.getResource(name)).toURI());
      return new Capture(
          folder, new ObjectMapper().readTree(folder.resolve("manifest.json").toFile()));
    } catch (URISyntaxException e) {
      throw new IOException(e);
    }
  }

  /** The capture as a recording: all its channels, both directions. */
  List<Event> record() {
    return record(CheckpointObserver.NONE, channels());
  }

  /**
   * The same with another stream in place of that of the main channel.
   *
   * @param stream what a sender of another kind would have sent
   * @param file where it is put
   */
  List<Event> recordRelaid(byte[] stream, Path file) throws IOException {
    return record(CheckpointObserver.NONE, new CapturedFile(Files.write(file, stream)), channels());
  }

  /** The bytes of the main channel, PVM to SVM. */
  byte[] mainStream() throws IOException {
    try (InputStream in = main().open()) {
      return in.readAllBytes();
    }
  }

  /** The same, with its further channels given in the opposite order. */
  List<Event> recordReversed() {
    return record(CheckpointObserver.NONE, channels().reversed());
  }

  /** Its main channel alone, both directions. */
  List<Event> recordMainChannel() {
    return record(CheckpointObserver.NONE, List.of());
  }

  /** The same with its images of memory behind checkpoints as observations. */
  List<Event> recordObserved() {
    List<MemoryImage> images = new ArrayList<>();
    for (JsonNode image : manifest.get("images")) {
      if (image.path("when").asText().contains("before")) {
        continue; // what the SVM's guest had made of it by then is not what a checkpoint leaves
      }
      images.add(
          new MemoryImage(
              memory(image),
              image.get("checkpoint").asInt(),
              image.get("block").asText(),
              new CapturedFile(folder.resolve(image.get("file").asText()))));
    }
    ImageObserver observer = new ImageObserver(images);
    List<Event> events = record(observer, channels());
    assertThat(observer.problems()).isEmpty();
    return events;
  }

  private List<Event> record(CheckpointObserver observer, List<CapturedFile> channels) {
    return record(observer, main(), channels);
  }

  private List<Event> record(
      CheckpointObserver observer, CapturedFile main, List<CapturedFile> channels) {
    List<Event> events = new ArrayList<>();
    EventSink sink =
        new EventSink() {
          @Override
          public void accept(Event event) {
            events.add(event);
          }

          @Override
          public void seal() {}

          @Override
          public void close() {}
        };
    @Nullable CapturedFile answers = stream("svm-to-pvm");
    FileFeed feed = FileFeed.ofAnyOrder(main, answers, channels);
    RecordingStart start =
        new RecordingStart("capture", "test", feed.sources(), answers != null, unstated(), false);
    RecordingSession session =
        new RecordingSession(sink, new RecordingId(new byte[16]), start, () -> 0L, observer);
    feed.run(session, () -> {});
    session.finish(true, "end of files");
    return events;
  }

  /** Images of the PVM's RAM, by checkpoint. */
  List<Image> images() throws IOException {
    List<Image> images = new ArrayList<>();
    for (JsonNode image : manifest.get("images")) {
      if (memory(image) != Memory.PVM) {
        continue;
      }
      try (InputStream in = new CapturedFile(folder.resolve(image.get("file").asText())).open()) {
        images.add(
            new Image(
                image.get("checkpoint").asInt(),
                image.get("block").asText(),
                MemorySegment.ofArray(in.readAllBytes())));
      }
    }
    return images;
  }

  private static Memory memory(JsonNode image) {
    return Memory.valueOf(image.path("memory").asText("pvm").toUpperCase(Locale.ROOT));
  }

  /** What the manifest says of the machine: a fact by its name. */
  JsonNode fact(String name) {
    return manifest.get(name);
  }

  /** The options with which {@code record} takes its files. */
  List<Object> recordOptions() {
    List<Object> options = new ArrayList<>(List.of("--from-file", main().path()));
    CapturedFile answers = stream("svm-to-pvm");
    if (answers != null) {
      options.addAll(List.of("--return-path", answers.path()));
    }
    channels().forEach(channel -> options.addAll(List.of("--channel", channel.path())));
    return options;
  }

  /** SHA-256 of the stopped PVM's whole RAM block. */
  String ramSha256AtEnd() {
    return manifest.get("ram_sha256_at_end").asText();
  }

  /**
   * SHA-256 of the PVM's whole RAM block at some checkpoints, read while it was stopped and the
   * secondary had answered.
   */
  Map<Integer, String> ramSha256AtCheckpoints() {
    Map<Integer, String> digests = new TreeMap<>();
    manifest
        .get("ram_sha256_at_checkpoint")
        .properties()
        .forEach(entry -> digests.put(Integer.valueOf(entry.getKey()), entry.getValue().asText()));
    return digests;
  }

  private CapturedFile main() {
    return Stream.of("pvm-to-svm", "file")
        .map(this::stream)
        .filter(Objects::nonNull)
        .findFirst()
        .orElseThrow();
  }

  private List<CapturedFile> channels() {
    List<CapturedFile> channels = new ArrayList<>();
    for (JsonNode stream : manifest.get("streams")) {
      if (stream.get("channel").asInt() > 0
          && !stream.get("direction").asText().equals("svm-to-pvm")) {
        channels.add(new CapturedFile(folder.resolve(stream.get("file").asText())));
      }
    }
    return channels;
  }

  /** SHA-256 of the whole RAM block of a QEMU that loaded the stream. */
  String ramSha256OfDestination() {
    return manifest.get("ram_sha256_of_destination").asText();
  }

  /** Capabilities that it takes to read the stream and that it does not state. */
  private List<String> unstated() {
    List<String> names = new ArrayList<>();
    manifest.path("unstated_capabilities").forEach(name -> names.add(name.asText()));
    return names;
  }

  private @Nullable CapturedFile stream(String direction) {
    for (JsonNode stream : manifest.get("streams")) {
      if (stream.get("channel").asInt() == 0
          && stream.get("direction").asText().equals(direction)) {
        return new CapturedFile(folder.resolve(stream.get("file").asText()));
      }
    }
    return null;
  }
}
