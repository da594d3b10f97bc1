package org.colotape.recorder.feed;

import java.util.ArrayDeque;
import java.util.Queue;
import org.colotape.recorder.stream.ReturnPathParser;
import org.colotape.schema.event.Event;
import org.jspecify.annotations.Nullable;

/** The events of a captured return path, read as they are asked for. */
final class ReturnPathFile implements AutoCloseable {
  private static final int CHUNK = 4096;

  private final Queue<Event> ahead = new ArrayDeque<>();
  private final ChannelFile bytes;

  ReturnPathFile(CapturedFile file) {
    this.bytes = new ChannelFile(0, file, new ReturnPathParser(0, ahead::add));
  }

  /** The next event, which stays; null behind the last. */
  @Nullable Event peek() {
    while (ahead.isEmpty() && !bytes.hasEnded()) {
      bytes.feed(CHUNK);
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
    return bytes.end();
  }

  @Override
  public void close() {
    bytes.close();
  }
}
