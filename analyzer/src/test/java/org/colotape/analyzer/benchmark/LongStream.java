package org.colotape.analyzer.benchmark;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.colotape.recorder.feed.CapturedFile;
import org.colotape.recorder.stream.StreamParser;
import org.colotape.schema.event.Closing;
import org.colotape.schema.event.ColoMessageType;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;
import org.colotape.schema.event.PageEncoding;

/**
 * A real COLO stream made longer: its initial migration, then its checkpoints over and over. The
 * small guest behind a capture writes pages that hardly differ, which every compressor makes
 * nothing of; so raw pages are filled with what memory of a running system holds: libraries and
 * classes, taken from the JDK.
 */
final class LongStream {
  private final byte[] stream;
  private final List<Integer> requests = new ArrayList<>();

  /** Where in the stream the contents of raw pages begin. */
  private final List<Integer> pages = new ArrayList<>();

  private int pageSize;

  private LongStream(byte[] stream) {
    this.stream = stream;
    StreamParser parser = new StreamParser(0, this::note);
    parser.feed(ByteBuffer.wrap(stream));
    parser.end(Closing.FILE_ENDED, "end of capture");
  }

  /**
   * Writes such a stream.
   *
   * @param capture a captured COLO stream
   * @param target file to write
   * @param length bytes to write at least
   */
  static void write(CapturedFile capture, Path target, long length) throws IOException {
    try (InputStream in = capture.open()) {
      new LongStream(in.readAllBytes()).write(target, length);
    }
  }

  private void write(Path target, long length) throws IOException {
    int first = requests.getFirst();
    int last = requests.getLast();
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(target), 1 << 20);
        InputStream memory = Files.newInputStream(somethingLikeMemory())) {
      fill(memory);
      out.write(stream, 0, first);
      for (long written = first; written < length; written += last - first) {
        fill(memory);
        out.write(stream, first, last - first);
      }
    }
  }

  private static Path somethingLikeMemory() {
    return Path.of(System.getProperty("java.home"), "lib", "modules");
  }

  /** New contents for all raw pages, as long as there are some. */
  private void fill(InputStream memory) throws IOException {
    for (int page : pages) {
      memory.readNBytes(stream, page, pageSize);
    }
  }

  private void note(Event event) {
    int offset = Math.toIntExact(event.getStreamOffset());
    if (event.getKind() == Kind.PAGE && event.getPage().getEncoding() == PageEncoding.RAW) {
      pages.add(offset + event.getPage().getDataStart());
      pageSize = event.getPage().getPageSize();
    } else if (event.getKind() == Kind.COLO_MESSAGE
        && event.getMessage().getType() == ColoMessageType.CHECKPOINT_REQUEST) {
      requests.add(offset);
    }
  }
}
