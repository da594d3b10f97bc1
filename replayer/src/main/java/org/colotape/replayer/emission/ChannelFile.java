package org.colotape.replayer.emission;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.event.Direction;
import org.colotape.schema.event.Event;
import org.colotape.schema.files.OwnerOnly;
import org.colotape.schema.log.StreamBytes;
import org.jspecify.annotations.Nullable;

/** The file that takes one channel's bytes in one direction. Holes are left out of it. */
final class ChannelFile implements AutoCloseable {
  private static final int BUFFER = 1 << 18;

  private final int channel;
  private final Direction direction;
  private final Path path;
  private final RandomAccessFile file;
  private final @Nullable MessageDigest sha256;
  private final byte[] buffer = new byte[BUFFER];
  private int buffered;

  /** Number of bytes so far, holes and buffered ones counted. */
  private long length;

  private ChannelFile(
      int channel,
      Direction direction,
      Path path,
      RandomAccessFile file,
      @Nullable MessageDigest sha256) {
    this.channel = channel;
    this.direction = direction;
    this.path = path;
    this.file = file;
    this.sha256 = sha256;
  }

  /**
   * Makes the file, which must not be there yet.
   *
   * @throws ColotapeException if it is there, or can't be made
   */
  static ChannelFile create(int channel, Direction direction, Path path, boolean sha256) {
    try {
      OwnerOnly.newFile(path);
      return new ChannelFile(
          channel,
          direction,
          path,
          new RandomAccessFile(path.toFile(), "rw"),
          sha256 ? sha256() : null);
    } catch (FileAlreadyExistsException e) {
      throw exists(path);
    } catch (IOException e) {
      throw cannotWrite(path, e);
    }
  }

  /** The failure that a file of that name is there already. */
  static ColotapeException exists(Path path) {
    return new ColotapeException(
        "file exists", path.toString(), "name another directory, or take it away");
  }

  /** The failure to write something. */
  static ColotapeException cannotWrite(Path path, IOException cause) {
    return new ColotapeException(
        "cannot write captured bytes: " + cause.getMessage(),
        path.toString(),
        "name a directory that you may write to, on a disk with space",
        cause);
  }

  /**
   * Adds what an event of this channel and direction stands for.
   *
   * @throws ColotapeException if bytes are missing before it, or the disk does not take them
   */
  void add(Event event) {
    if (event.getStreamOffset() != length) {
      throw new ColotapeException(
          "event %d begins at stream offset %d, but %d bytes came before"
              .formatted(event.getSeq(), event.getStreamOffset(), length),
          path.getFileName().toString(),
          "the recording lacks events or is damaged: import or record it again");
    }
    try {
      long hole = StreamBytes.hole(event);
      if (hole > 0) {
        flush();
        file.seek(length + hole);
      } else {
        put(event.getWire().duplicate());
      }
      length += StreamBytes.length(event);
    } catch (IOException e) {
      throw cannotWrite(path, e);
    }
    if (sha256 != null) {
      StreamBytes.forEach(event, sha256::update);
    }
  }

  private void put(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      if (buffered == BUFFER) {
        flush();
      }
      int piece = Math.min(BUFFER - buffered, bytes.remaining());
      bytes.get(buffer, buffered, piece);
      buffered += piece;
    }
  }

  private void flush() throws IOException {
    file.write(buffer, 0, buffered);
    buffered = 0;
  }

  /** Completes the file; a hole may be its end. */
  EmittedChannel finish() {
    try {
      flush();
      file.setLength(length);
    } catch (IOException e) {
      throw cannotWrite(path, e);
    }
    String digest = sha256 == null ? null : HexFormat.of().formatHex(sha256.digest());
    return new EmittedChannel(channel, direction, path, length, digest);
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw cannotWrite(path, e);
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
