package org.colotape.schema.tape;

import java.nio.file.Path;
import java.util.HexFormat;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.event.Recording;
import org.colotape.schema.log.SeekableRecording;

/**
 * A tape file to be read from any event on. Where its events lie is remembered as they come by. May
 * be used by several threads.
 */
public final class Tape implements SeekableRecording {
  private final Path file;
  private final TapeIndex index = new TapeIndex();
  private final Recording recording;
  private final String identity;

  private Tape(Path file, Recording recording, String identity) {
    this.file = file;
    this.recording = recording;
    this.identity = identity;
  }

  /**
   * The tape in a file.
   *
   * @throws ColotapeException if there is no such file, it is no tape, or it was written with a
   *     newer schema
   */
  public static Tape of(Path file) {
    try (TapeSource source = TapeSource.open(file)) {
      HexFormat hex = HexFormat.of();
      String identity =
          hex.formatHex(source.recording().getId().bytes())
              + '-'
              + hex.formatHex(source.blocks().head().mark().array())
              + '-'
              + source.blocks().length();
      return new Tape(file, source.recording(), identity);
    }
  }

  /** The file. */
  public Path file() {
    return file;
  }

  /** What stands at the head of the tape. */
  public Recording recording() {
    return recording;
  }

  @Override
  public String identity() {
    return identity;
  }

  @Override
  public TapeSource openFrom(long seq) {
    return TapeSource.openFrom(file, seq, index);
  }
}
