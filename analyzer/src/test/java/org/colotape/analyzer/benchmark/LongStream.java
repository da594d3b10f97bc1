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
import org.colotape.schema.event.ColoMessageType;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Kind;

/** A real COLO stream made longer: its initial migration, then its checkpoints over and over. */
final class LongStream {
  private LongStream() {}

  /**
   * Writes such a stream.
   *
   * @param capture a captured COLO stream
   * @param target file to write
   * @param length bytes to write at least
   */
  static void write(CapturedFile capture, Path target, long length) throws IOException {
    byte[] stream;
    try (InputStream in = capture.open()) {
      stream = in.readAllBytes();
    }
    List<Long> requests = requests(stream);
    int first = Math.toIntExact(requests.getFirst());
    int last = Math.toIntExact(requests.getLast());
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(target), 1 << 20)) {
      out.write(stream, 0, first);
      for (long written = first; written < length; written += last - first) {
        out.write(stream, first, last - first);
      }
    }
  }

  private static List<Long> requests(byte[] stream) {
    List<Long> requests = new ArrayList<>();
    StreamParser parser =
        new StreamParser(
            0,
            event -> {
              if (isRequest(event)) {
                requests.add(event.getStreamOffset());
              }
            });
    parser.feed(ByteBuffer.wrap(stream));
    return requests;
  }

  private static boolean isRequest(Event event) {
    return event.getKind() == Kind.COLO_MESSAGE
        && event.getMessage().getType() == ColoMessageType.CHECKPOINT_REQUEST;
  }
}
