package org.colotape.recorder.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.colotape.recorder.fixture.SampleStreams;
import org.colotape.schema.ColotapeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Captured bytes may lie in a file as they are, or compressed with zstd or gzip. */
class CapturedFileTest {
  private static final byte[] STREAM = SampleStreams.colo();

  @TempDir Path folder;

  @Test
  void aPlainFileIsReadAsItIs() throws IOException {
    assertThat(read(STREAM)).isEqualTo(STREAM);
  }

  @Test
  void aZstdFileIsUncompressed() throws IOException {
    assertThat(read(Zstd.compress(STREAM))).isEqualTo(STREAM);
  }

  @Test
  void aGzipFileIsUncompressed() throws IOException {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
      gzip.write(STREAM);
    }

    assertThat(read(compressed.toByteArray())).isEqualTo(STREAM);
  }

  @Test
  void severalZstdFramesInOneFileAreOneStream() throws IOException {
    ByteArrayOutputStream frames = new ByteArrayOutputStream();
    frames.writeBytes(Zstd.compress(STREAM));
    frames.writeBytes(Zstd.compress(STREAM));

    assertThat(read(frames.toByteArray())).hasSize(2 * STREAM.length).startsWith(STREAM);
  }

  @Test
  void filesShorterThanAMagicArePlain() throws IOException {
    for (int length = 0; length < 5; length++) {
      assertThat(read(new byte[length])).hasSize(length);
    }
  }

  @Test
  void aFileThatDoesNotExistIsAnErrorWithItsPathAndARemedy() {
    Path nowhere = folder.resolve("nowhere");

    assertThatExceptionOfType(ColotapeException.class)
        .isThrownBy(() -> new CapturedFile(nowhere).open())
        .withMessage("no such file (" + nowhere + "): check the path");
  }

  @Test
  void aFolderIsAnErrorThatNamesIt() {
    assertThatExceptionOfType(ColotapeException.class)
        .isThrownBy(() -> new CapturedFile(folder).open())
        .withMessageContaining("cannot read: ")
        .withMessageContaining(folder.toString());
  }

  private byte[] read(byte[] onDisk) throws IOException {
    Path file = Files.write(folder.resolve("capture"), onDisk);
    try (InputStream in = new CapturedFile(file).open()) {
      return in.readAllBytes();
    }
  }
}
