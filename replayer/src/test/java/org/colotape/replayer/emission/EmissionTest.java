package org.colotape.replayer.emission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.colotape.replayer.fixture.EventList;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.event.Direction;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.Padding;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Events written again are the captured bytes. */
class EmissionTest {
  /** Of what {@code stat} counts. */
  private static final int DISK_BLOCK = 512;

  @TempDir Path folder;
  private final List<Event> events = new ArrayList<>();

  @Test
  void eachChannelAndDirectionBecomesAFileOfItsOwn() {
    add(0, Direction.PVM_TO_SVM, 0, "main");
    add(0, Direction.SVM_TO_PVM, 0, "answer");
    add(12, Direction.PVM_TO_SVM, 0, "twelve");
    add(0, Direction.PVM_TO_SVM, 4, " goes on");
    add(0, Direction.NONE, -1, "");

    List<EmittedChannel> channels = emit(folder.resolve("new/out"));

    Path out = folder.resolve("new/out");
    assertThat(out.resolve("c0.p2s")).hasContent("main goes on");
    assertThat(out.resolve("c0.s2p")).hasContent("answer");
    assertThat(out.resolve("c12.p2s")).hasContent("twelve");
    assertThat(out)
        .isDirectoryNotContaining(f -> !f.getFileName().toString().matches("c(0|12)\\..*"));
    assertThat(channels)
        .extracting(EmittedChannel::bytes)
        .as("bytes of c0.p2s, c0.s2p, c12.p2s")
        .containsExactly(12L, 6L, 6L);
  }

  @Test
  void aChannelWithoutBytesBecomesAnEmptyFile() {
    Event end = add(3, Direction.PVM_TO_SVM, 0, "");
    end.setKind(Kind.CHANNEL_END);
    emit(folder);
    assertThat(folder.resolve("c3.p2s")).isEmptyFile();
  }

  @Test
  void aHoleStaysAHoleWhereverItIs() throws IOException, InterruptedException {
    long hole = 64L << 20;
    padding(0, hole);
    add(0, Direction.PVM_TO_SVM, hole, "middle");
    padding(hole + 6, hole);

    emit(folder);

    Path file = folder.resolve("c0.p2s");
    assertThat(file).hasSize(2 * hole + 6);
    byte[] around = new byte[8];
    try (var in = Files.newByteChannel(file)) {
      in.position(hole - 1).read(ByteBuffer.wrap(around));
    }
    assertThat(around).containsExactly(0, 'm', 'i', 'd', 'd', 'l', 'e', 0);
    assertThat(allocated(file)).as("bytes on the disk").isLessThan(hole);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void piecesOfAnyLengthComeOutWholeAndWithTheirDigest(long seed)
      throws IOException, NoSuchAlgorithmException {
    Random random = new Random(seed);
    byte[] bytes = new byte[3_000_000];
    random.nextBytes(bytes);
    for (int at = 0; at < bytes.length; ) {
      int length = Math.min(bytes.length - at, 1 + random.nextInt(1 << random.nextInt(1, 21)));
      Event event = add(0, Direction.PVM_TO_SVM, at, "");
      event.setWire(ByteBuffer.wrap(bytes, at, length).slice());
      at += length;
    }

    EmittedChannel channel = emit(folder).getFirst();

    assertThat(Files.readAllBytes(channel.file())).as("seed %d", seed).isEqualTo(bytes);
    assertThat(channel.sha256())
        .isEqualTo(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)));
  }

  @Test
  void filesThatAreThereAreRefusedBeforeAnythingIsWritten() throws IOException {
    Files.writeString(folder.resolve("c7.s2p"), "keep me");
    add(0, Direction.PVM_TO_SVM, 0, "main");
    assertThatThrownBy(() -> emit(folder))
        .isInstanceOf(ColotapeException.class)
        .hasMessageContaining("file exists")
        .hasMessageContaining("c7.s2p");
    assertThat(folder.resolve("c7.s2p")).hasContent("keep me");
    assertThat(folder.resolve("c0.p2s")).doesNotExist();
  }

  @Test
  void aDirectoryThatIsAFileIsTold() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    assertThatThrownBy(() -> emit(file))
        .isInstanceOf(ColotapeException.class)
        .hasMessageContaining("cannot write captured bytes")
        .hasMessageContaining("file");
  }

  @Test
  void missingBytesAreTold() {
    add(0, Direction.PVM_TO_SVM, 0, "main");
    add(0, Direction.PVM_TO_SVM, 5, "x");
    assertThatThrownBy(() -> emit(folder))
        .isInstanceOf(ColotapeException.class)
        .hasMessageContaining("event 1 begins at stream offset 5, but 4 bytes came before")
        .hasMessageContaining("c0.p2s");
  }

  @Test
  void aDamagedRecordingOpensNoEndlessNumberOfFiles() {
    for (int channel = 0; channel < 1000; channel++) {
      add(channel, Direction.PVM_TO_SVM, 0, "x");
    }
    assertThatThrownBy(() -> emit(folder))
        .isInstanceOf(ColotapeException.class)
        .hasMessageContaining("channels");
  }

  private static long allocated(Path file) throws IOException, InterruptedException {
    Process stat = new ProcessBuilder("stat", "--format=%b", file.toString()).start();
    String blocks = new String(stat.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(stat.waitFor()).isZero();
    return Long.parseLong(blocks.strip()) * DISK_BLOCK;
  }

  private List<EmittedChannel> emit(Path directory) {
    return Emission.of(new EventList(events), directory, true, bytes -> {});
  }

  private Event add(int channel, Direction direction, long offset, String wire) {
    Event event = new Event();
    event.setSeq(events.size());
    event.setKind(Kind.OPAQUE);
    event.setChannel(channel);
    event.setDirection(direction);
    event.setStreamOffset(offset);
    event.setWire(ByteBuffer.wrap(wire.getBytes(StandardCharsets.US_ASCII)));
    events.add(event);
    return event;
  }

  private void padding(long offset, long length) {
    Event event = add(0, Direction.PVM_TO_SVM, offset, "");
    event.setKind(Kind.PADDING);
    event.setPadding(new Padding(length));
  }
}
