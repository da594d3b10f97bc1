package org.colotape.recorder.feed;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;
import org.colotape.recorder.stream.ByteParser;
import org.colotape.recorder.stream.ReturnPathParser;
import org.colotape.schema.event.Event;
import org.jspecify.annotations.Nullable;

/**
 * The events of a captured return path, read as they are asked for. A compressed file that is cut
 * or damaged ends there.
 */
final class ReturnPathFile implements AutoCloseable {
  private static final int CHUNK = 4096;

  private final CapturedFile file;
  private final InputStream bytes;
  private final Queue<Event> ahead = new ArrayDeque<>();
  private final ByteParser parser = new ReturnPathParser(0, ahead::add);
  private @Nullable FeedEnd end;

  ReturnPathFile(CapturedFile file) {
    this.file = file;
    this.bytes = file.open();
  }

  /** The next event, which stays; null behind the last. */
  @Nullable Event peek() {
    while (ahead.isEmpty() && end == null) {
      readAhead();
    }
    return ahead.peek();
  }

  /** The next event; null behind the last. */
  @Nullable Event next() {
    peek();
    return ahead.poll();
  }

  /** How the file ended; whole as long as it has not. */
  FeedEnd end() {
    return end == null ? FeedEnd.WHOLE : end;
  }

  private void readAhead() {
    byte[] chunk = new byte[CHUNK];
    try {
      int read = bytes.read(chunk);
      if (read >= 0) {
        parser.feed(ByteBuffer.wrap(chunk, 0, read));
        return;
      }
      end = FeedEnd.WHOLE;
    } catch (IOException e) {
      end = FeedEnd.cut(file, e);
    }
    parser.end(end.reason());
  }

  @Override
  public void close() {
    try {
      bytes.close();
    } catch (IOException e) {
      throw file.unreadable(e);
    }
  }
}
