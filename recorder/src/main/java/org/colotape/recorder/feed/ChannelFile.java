package org.colotape.recorder.feed;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.colotape.recorder.stream.ByteParser;
import org.jspecify.annotations.Nullable;

/**
 * A captured file on its way into the parser of its channel. A compressed file that is cut or
 * damaged ends there: what came before is recorded.
 */
final class ChannelFile implements AutoCloseable {
  private final int channel;
  private final CapturedFile file;
  private final ByteParser parser;
  private final InputStream bytes;
  private final byte[] chunk = new byte[ChannelOrder.CHUNK];
  private @Nullable FeedEnd end;

  ChannelFile(int channel, CapturedFile file, ByteParser parser) {
    this.channel = channel;
    this.file = file;
    this.parser = parser;
    this.bytes = file.open();
  }

  /** Number of the channel. */
  int channel() {
    return channel;
  }

  /** True if the parser has been told of the file's end. */
  boolean hasEnded() {
    return end != null;
  }

  /** How the file ended; whole as long as it has not. */
  FeedEnd end() {
    return end == null ? FeedEnd.WHOLE : end;
  }

  /** Feeds as many bytes as said, or fewer, or the end. */
  void feed(int most) {
    try {
      int read = bytes.read(chunk, 0, Math.min(most, chunk.length));
      if (read >= 0) {
        parser.feed(ByteBuffer.wrap(chunk, 0, read));
        return;
      }
      end = FeedEnd.WHOLE;
    } catch (IOException e) {
      end = FeedEnd.cut(file, e);
    }
    parser.end(end.closing(), end.reason());
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
