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

/** The events of a captured return path, read as they are asked for. */
final class ReturnPathFile implements AutoCloseable {
  private static final int CHUNK = 4096;

  private final CapturedFile file;
  private final InputStream bytes;
  private final Queue<Event> ahead = new ArrayDeque<>();
  private final ByteParser parser = new ReturnPathParser(0, ahead::add);
  private boolean ended;

  ReturnPathFile(CapturedFile file) {
    this.file = file;
    this.bytes = file.open();
  }

  /** The next event, which stays; null behind the last. */
  @Nullable Event peek() {
    while (ahead.isEmpty() && !ended) {
      readAhead();
    }
    return ahead.peek();
  }

  /** The next event; null behind the last. */
  @Nullable Event next() {
    peek();
    return ahead.poll();
  }

  private void readAhead() {
    try {
      byte[] chunk = bytes.readNBytes(CHUNK);
      parser.feed(ByteBuffer.wrap(chunk));
      if (chunk.length < CHUNK) {
        ended = true;
        parser.end("end of file");
      }
    } catch (IOException e) {
      throw file.unreadable(e);
    }
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
