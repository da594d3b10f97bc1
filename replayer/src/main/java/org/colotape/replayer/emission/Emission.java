package org.colotape.replayer.emission;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import org.colotape.schema.ColotapeException;
import org.colotape.schema.event.Direction;
import org.colotape.schema.event.Event;
import org.colotape.schema.files.OwnerOnly;
import org.colotape.schema.log.Alterations;
import org.colotape.schema.log.EventSource;
import org.colotape.schema.log.StreamBytes;

/**
 * Writes every channel of a recording into a directory, byte for byte as it was captured: {@code
 * c0.p2s} is channel 0 from PVM to SVM, {@code c0.s2p} the way back, {@code c1.p2s} the next
 * channel. Events are taken one by one, so memory does not grow with the recording.
 */
public final class Emission implements AutoCloseable {
  /** Most channels that are written: more files than that should not be open. */
  private static final int MOST_CHANNELS = 512;

  private static final String NAMES = "c[0-9]*.{p2s,s2p}";

  private final Path directory;
  private final boolean sha256;

  /** Bytes of holes that SHA-256 may still be taken of. */
  private long hashed;

  /** By file name. */
  private final Map<String, ChannelFile> files = new TreeMap<>();

  private Emission(Path directory, boolean sha256, long hashed) {
    this.directory = directory;
    this.sha256 = sha256;
    this.hashed = hashed;
  }

  /**
   * Writes all that is left of a recording.
   *
   * @param source the recording, at its first event; the caller closes it
   * @param directory is made if it is not there
   * @param sha256 true to take the SHA-256 of each channel as well
   * @param progress is told now and then how many bytes were written
   * @return the channels, in the order of their names
   * @throws ColotapeException if there is a file already that could be overwritten, the recording
   *     can't be read or lacks bytes, or the disk does not take them; what was written stays
   */
  public static List<EmittedChannel> of(
      EventSource source, Path directory, boolean sha256, LongConsumer progress) {
    return of(source, directory, sha256, Long.MAX_VALUE, progress);
  }

  /**
   * As the other, for recordings that may state holes which nobody wants to wait for.
   *
   * @param hashed most bytes of holes that SHA-256 is taken of
   * @throws ColotapeException as the other, or if there are more
   */
  public static List<EmittedChannel> of(
      EventSource source, Path directory, boolean sha256, long hashed, LongConsumer progress) {
    demandNone(directory);
    try (Emission emission = new Emission(directory, sha256, hashed)) {
      return emission.run(source, progress);
    }
  }

  private List<EmittedChannel> run(EventSource source, LongConsumer progress) {
    long bytes = 0;
    for (Event event = source.next(); event != null; event = source.next()) {
      Alterations.refuse(event, "write its channels");
      if (event.getDirection() != Direction.NONE) {
        demandBounded(event);
        file(event).add(event);
        bytes += StreamBytes.length(event);
        progress.accept(bytes);
      }
    }
    List<EmittedChannel> channels = new ArrayList<>();
    files.values().forEach(file -> channels.add(file.finish()));
    return channels;
  }

  private void demandBounded(Event event) {
    long hole = sha256 ? StreamBytes.hole(event) : 0;
    hashed -= hole;
    if (hashed < 0) {
      throw new ColotapeException(
          "SHA-256 of a hole of " + hole + " bytes",
          "event " + event.getSeq(),
          "raise --limit-decompressed, or leave --sha256 out");
    }
  }

  private ChannelFile file(Event event) {
    String name =
        "c" + event.getChannel() + (event.getDirection() == Direction.PVM_TO_SVM ? ".p2s" : ".s2p");
    ChannelFile file = files.get(name);
    if (file == null) {
      if (files.size() == MOST_CHANNELS) {
        throw new ColotapeException(
            "more than " + MOST_CHANNELS + " channels and directions",
            "event " + event.getSeq(),
            "no migration has so many: the recording is damaged");
      }
      file =
          ChannelFile.create(
              event.getChannel(), event.getDirection(), directory.resolve(name), sha256);
      files.put(name, file);
    }
    return file;
  }

  /** Makes the directory, and refuses one with files of some other recording. */
  private static void demandNone(Path directory) {
    try {
      OwnerOnly.folder(directory);
      try (DirectoryStream<Path> there = Files.newDirectoryStream(directory, NAMES)) {
        for (Path file : there) {
          throw ChannelFile.exists(file);
        }
      }
    } catch (IOException e) {
      throw ChannelFile.cannotWrite(directory, e);
    }
  }

  @Override
  public void close() {
    files.values().forEach(ChannelFile::close);
  }
}
