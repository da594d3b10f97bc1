package org.colotape.schema.tape;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.check.EntryCheck;
import org.colotape.schema.check.EventCheck;
import org.colotape.schema.codec.EventCodec;
import org.colotape.schema.event.Event;
import org.colotape.schema.event.Recording;
import org.colotape.schema.event.RecordingState;
import org.colotape.schema.log.EventSource;
import org.jspecify.annotations.Nullable;

/** Reads a tape file, from its beginning or from any event on. */
public final class TapeSource implements EventSource {
  private final Path file;
  private final Supplier<String> where;
  private final TapeBlocks blocks;
  private final Recording recording;
  private final TapeIndex index;

  /** Place of the block that was read last. */
  private long block = -1;

  /** The next event. */
  private long read;

  private TapeSource(Path file, TapeBlocks blocks, Recording recording, TapeIndex index) {
    this.file = file;
    this.where = file::toString;
    this.blocks = blocks;
    this.recording = recording;
    this.index = index;
  }

  /**
   * Opens a tape.
   *
   * @throws ColotapeException if there is no such file, it is no tape, or it was written with a
   *     newer schema
   */
  public static TapeSource open(Path file) {
    return open(file, new TapeIndex());
  }

  /**
   * Opens a tape so that the first event to come is the one with that {@code seq}; behind the last
   * one nothing comes. Where it lies is found by bisection of the file.
   *
   * @throws ColotapeException as {@link #open}, or if the tape is damaged shortly before the event
   */
  public static TapeSource openFrom(Path file, long seq) {
    return openFrom(file, seq, new TapeIndex());
  }

  static TapeSource openFrom(Path file, long seq, TapeIndex index) {
    if (seq < 0) {
      throw new IllegalArgumentException("event " + seq);
    }
    TapeSource source = open(file, index);
    try {
      source.skipTo(seq);
      return source;
    } catch (RuntimeException e) {
      source.close();
      throw e;
    }
  }

  static TapeSource open(Path file, TapeIndex index) {
    if (!Files.isRegularFile(file)) {
      throw new ColotapeException("no such file", file.toString(), "check the path of the tape");
    }
    TapeBlocks blocks;
    try {
      blocks = TapeBlocks.open(file);
    } catch (AccessDeniedException e) {
      throw new ColotapeException(
          "cannot read tape: no right to", file.toString(), "check its rights", e);
    } catch (IOException | RuntimeException e) {
      // the schema that leads a tape can be anything
      throw notATape(file, e);
    }
    try {
      return new TapeSource(file, blocks, recording(blocks, file), index);
    } catch (RuntimeException e) {
      close(blocks, file);
      throw e;
    }
  }

  private static Recording recording(TapeBlocks blocks, Path file) {
    ByteBuffer entry = blocks.head().bytes(TapeFormat.RECORDING_KEY);
    if (entry == null) {
      throw notATape(file, null);
    }
    if (!blocks.isKnown()) {
      throw new ColotapeException(
          "recorded with a newer schema",
          file.toString(),
          "read it with the Colotape version that wrote it, or a later one");
    }
    Recording recording = EventCodec.recordings().decode(entry, file::toString);
    return EntryCheck.check(recording, file::toString);
  }

  /** The file's blocks. */
  TapeBlocks blocks() {
    return blocks;
  }

  @Override
  public Recording recording() {
    return recording;
  }

  @Override
  public @Nullable Event next() {
    Event event = nextInFile();
    if (event == null) {
      checkEnd();
      return null;
    }
    if (event.getSeq() != read) {
      throw cut(null);
    }
    EventCheck.check(event, where);
    read++;
    return event;
  }

  private @Nullable Event nextInFile() {
    try {
      if (!blocks.hasNext()) {
        return null;
      }
      long at = blocks.block();
      Event event = blocks.next();
      if (at != block && event.getSeq() == read) {
        block = at;
        index.add(read, at);
      }
      return event;
    } catch (IOException | RuntimeException e) {
      // Avro throws all kinds on bytes that are not what the schema says
      throw cut(e);
    }
  }

  private void skipTo(long seq) {
    if (seq > 0) {
      TapeIndex.Block start = index.search(blocks, seq);
      blocks.seek(start.position());
      read = start.seq();
    }
    while (read < seq && next() != null) {
      // events of the same block
    }
  }

  /** A file that is cut between two blocks looks whole to Avro; the head knows better. */
  private void checkEnd() {
    if (recording.getState() == RecordingState.SEALED && read < recording.getEvents()) {
      throw cut(null);
    }
  }

  private ColotapeException cut(@Nullable Exception cause) {
    return new ColotapeException(
        "tape is damaged or cut behind event " + (read - 1),
        file.toString(),
        "copy it again from where it came; the events before can be replayed with --at",
        cause);
  }

  @Override
  public void close() {
    close(blocks, file);
  }

  private static void close(TapeBlocks blocks, Path file) {
    try {
      blocks.close();
    } catch (IOException e) {
      throw new ColotapeException("cannot close tape", file.toString(), "check the disk", e);
    }
  }

  private static ColotapeException notATape(Path file, @Nullable Exception cause) {
    return new ColotapeException(
        "not a tape",
        file.toString(),
        (cause instanceof IOException ? cause.getMessage() + "; " : "")
            + "give a file that 'colotape export' wrote",
        cause);
  }
}
